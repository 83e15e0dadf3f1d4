import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, truth, type Container, type Subject } from '#verify';

const ordinaryUser = '1000';
/** What the C library says for ESRCH, ENOENT and ENODEV, and what `ip` says for the last; and for EPERM and EACCES. */
const absent = /no such process|no such file or directory|no such device|cannot find device/i;
const forbidden = /operation not permitted|permission denied/i;

/** Somebody who tries, and as what. */
type Attempt = (subject: Pick<Subject, 'exec'>) => Promise<string>;

const complaint =
  (command: readonly string[]): Attempt =>
  async (subject) => {
    const { exitCode, stdout, stderr } = await subject.exec(command, { user: ordinaryUser, reject: false });
    return exitCode === 0 ? 'It worked.' : (stderr + stdout).trim().slice(-300);
  };

export default check(async ({ lab, finding, exhibit }) => {
  const rows: string[][] = [];
  const idle = { command: ['sleep', '600'] };
  const inside = await lab.container(idle);
  const sharesProcesses = await lab.container({ ...idle, pidMode: 'host', label: 'container, --pid host' });
  const sharesNetwork = await lab.container({ ...idle, network: 'host', label: 'container, --network host' });

  const folder = await lab.scratchDirectory();
  const secret = join(folder, `secret-${lab.token()}`);
  await writeFile(secret, lab.token(), { mode: 0o600 });
  const sharesFile = await lab.container({
    ...idle,
    binds: [[secret, secret, 'ro']],
    label: 'container, file mounted',
  });

  // The host's end of the container's own cable: it exists in the engine's network, and is up already.
  const peerIndex = (await inside.exec(['cat', '/sys/class/net/eth0/iflink'])).stdout.trim();
  const links = (await lab.engine().hostNetworkExec(['ip', '-o', 'link'])).stdout;
  const device = new RegExp(`^${peerIndex}: ([^:@]+)`, 'm').exec(links)?.[1] ?? '';
  const hostNetwork: Pick<Subject, 'exec'> = { exec: (...words) => lab.engine().hostNetworkExec(...words) };

  /** The container is told that there is no such thing, the host's ordinary user that it may not. */
  const contrast = (what: string, attempt: Attempt, box: Container, host: Pick<Subject, 'exec'> = lab.host) =>
    truth(async () => {
      const [from, beside] = [await attempt(box), await attempt(host)];
      rows.push([what, box.label, unpathed(from), unpathed(beside)]);
      return {
        value: absent.test(from) && !forbidden.test(from) && forbidden.test(beside) && !absent.test(beside),
        saw: `The ${box.label} was told: ${unpathed(from)} An ordinary user of the host: ${unpathed(beside)}`,
      };
    });
  const unpathed = (text: string): string =>
    text.replaceAll(secret, 'FILE').replaceAll(device, 'DEVICE').replaceAll(String(victim.pid), 'PID');

  // Process 1 of another container is root's, alive, and a process of the host like any other.
  const victim = await lab.container({ image: 'bare', init: false, command: ['sleep', '600'] });
  const signal = complaint(['sh', '-c', 'kill -0 "$0"', String(victim.pid)]);
  const trace = complaint(['strace', '-p', String(victim.pid)]);
  const read = complaint(['cat', secret]);
  const change = complaint(['ip', 'link', 'set', 'dev', device, 'up']);

  await finding('signal', {
    measure: contrast('signal a process', signal, inside),
    controls: { 'host-processes': contrast('signal a process', signal, sharesProcesses) },
  });
  await finding('trace', {
    measure: contrast('trace a process', trace, inside),
    controls: { 'host-processes': contrast('trace a process', trace, sharesProcesses) },
  });
  await finding('file', {
    measure: contrast('read a file', read, inside),
    controls: { mounted: contrast('read a file', read, sharesFile) },
  });
  await finding('interface', {
    measure: contrast('change an interface', change, inside, hostNetwork),
    controls: { 'host-network': contrast('change an interface', change, sharesNetwork, hostNetwork) },
  });

  await exhibit({
    id: 'answers',
    title: 'What an ordinary user is told',
    columns: ['Attempt', 'Where', 'There', 'On the host'],
    rows,
  });
});
