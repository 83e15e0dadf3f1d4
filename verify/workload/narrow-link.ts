import { LabError, NotHereError } from '../lab/errors.ts';
import type { ExecResult, Subject } from '../lab/subject.ts';

/** A port whose traffic is given a part of the link for itself. */
export interface Portion {
  readonly port: number;
  readonly bitsPerSecond: number;
}

/**
 * Makes a link narrow (hierarchical token bucket, tc-htb(8)), or narrower than it was: what the device sends beyond the
 * rate waits in one queue, and is dropped when that is full. Traffic to the ports of `portions` gets as much as they say
 * and no more; everything else may have the whole rate.
 * @param place in whose network the device is
 * @throws NotHereError where this kernel lacks the queue or the filter
 */
export async function narrowLink(
  place: Pick<Subject, 'exec'>,
  device: string,
  options: { readonly bitsPerSecond: number; readonly portions?: readonly Portion[] },
): Promise<void> {
  const tc = (...words: readonly string[]): Promise<ExecResult> => place.exec(['tc', ...words], { reject: false });
  const must = async (...words: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await tc(...words);
    if (exitCode === 0) return;
    if (/unknown|not found|No such file/.test(stderr)) {
      throw new NotHereError(`This kernel cannot share out a link (tc ${words[0] ?? ''}): ${stderr.trim()}`);
    }
    throw new LabError(`Making a link narrow failed at tc ${words.join(' ')}: ${stderr.trim()}`);
  };
  const rate = (bits: number): string => `${String(Math.round(bits))}bit`;
  const whole = rate(options.bitsPerSecond);
  const addClass = (id: string, parent: string, least: string, most: string): Promise<void> =>
    must('class', 'add', 'dev', device, 'parent', parent, 'classid', id, 'htb', 'rate', least, 'ceil', most);
  // Without one there is nothing to delete.
  await tc('qdisc', 'delete', 'dev', device, 'root');
  await must('qdisc', 'add', 'dev', device, 'root', 'handle', '1:', 'htb', 'default', '2');
  await addClass('1:1', '1:', whole, whole);
  const portions = options.portions ?? [];
  const rest = options.bitsPerSecond - portions.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond, 0);
  await addClass('1:2', '1:1', rate(rest), whole);
  // A queue of a fortieth of a second of full packets, as a switch has; the kernel's default would hold a second.
  const packets = String(Math.max(10, Math.round(options.bitsPerSecond / 8 / 1500 / 40)));
  await must('qdisc', 'add', 'dev', device, 'parent', '1:2', 'pfifo', 'limit', packets);
  for (const [index, { port, bitsPerSecond }] of portions.entries()) {
    const id = `1:${String(index + 3)}`;
    await addClass(id, '1:1', rate(bitsPerSecond), rate(bitsPerSecond));
    await must('qdisc', 'add', 'dev', device, 'parent', id, 'pfifo', 'limit', packets);
    const match = ['match', 'ip', 'dport', String(port), '0xffff', 'flowid', id];
    await must('filter', 'add', 'dev', device, 'parent', '1:', 'protocol', 'ip', 'u32', ...match);
  }
}

/** Counts bytes that arrive at ports of a place, by its firewall's own counters (iptables(8)), from now on. */
export async function arrivals(
  place: Pick<Subject, 'exec'>,
  ports: readonly number[],
): Promise<() => Promise<readonly number[]>> {
  const rule = (protocol: string, port: number): readonly string[] => ['-p', protocol, '--dport', String(port)];
  for (const port of ports) {
    for (const protocol of ['tcp', 'udp']) await place.exec(['iptables', '-A', 'INPUT', ...rule(protocol, port)]);
  }
  return async () => {
    const { stdout } = await place.exec(['iptables', '-nvxL', 'INPUT']);
    return ports.map((port) => {
      const lines = stdout.split('\n').filter((line) => line.trim().endsWith(`dpt:${String(port)}`));
      if (lines.length !== 2) throw new LabError(`The firewall does not count what arrives at port ${String(port)}.`);
      return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[1]), 0);
    });
  };
}
