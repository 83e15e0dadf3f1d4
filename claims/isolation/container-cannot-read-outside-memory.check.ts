import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  atOnce,
  check,
  findInMemory,
  peek,
  processesOf,
  truth,
  type LabContainerOptions,
  type MemorySpot,
  type PeekWay,
  type Subject,
} from '#verify';

interface Victim extends MemorySpot {
  readonly who: string;
  readonly secret: string;
}

/** Holds a line of its input in a variable, and nothing of it in its arguments. */
const hold = 'read -r held; while :; do sleep 1; done';

export default check(async ({ lab, finding, exhibit }) => {
  const mark = `${lab.token()}:`;

  const located = async (who: string, pid: number, secret: string): Promise<Victim> => {
    for (const candidate of processesOf(pid)) {
      const address = await findInMemory(lab.host, candidate, mark);
      if (address === null) continue;
      const { read, because } = await peek(lab.host, 'proc-mem', { pid: candidate, address });
      if (read !== secret) throw new Error(`The host cannot read the secret of the ${who}: ${because}`);
      return { who, pid: candidate, address, secret };
    }
    throw new Error(`No secret was found in the memory of the ${who}; nothing can be said of who else reads it.`);
  };
  const hostSecret = lab.token();
  const { stdout } = await lab.host.exec(['sh', '-c', `exec 3<&0; (${hold}) <&3 >/dev/null 2>&1 & echo $!`], {
    stdin: `${mark}${hostSecret}\n`,
  });
  const hostPid = Number(stdout);
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await lab.host.exec(['kill', '-KILL', String(hostPid)]);
  });
  const otherSecret = lab.token();
  const folder = await lab.scratchDirectory();
  await writeFile(join(folder, 'line'), `${mark}${otherSecret}\n`);
  const other = await lab.container({
    image: 'bare',
    binds: [[folder, '/given', 'ro']],
    command: ['sh', '-c', `exec </given/line; ${hold}`],
  });
  const victims = [
    await located('process of the host', hostPid, hostSecret),
    await located('process in another container', other.pid, otherSecret),
  ];

  const rows: [string, string, string, boolean, string][] = [];
  const nothingRead = (way: PeekWay, name: string, options: LabContainerOptions, users: readonly string[]) =>
    truth(async () => {
      const attacker = await lab.container({ image: 'full', command: ['sleep', '600'], ...options });
      let lost = 0;
      for (const { who, secret, ...spot } of victims) {
        for (const user of users) {
          const { read, because } = await peek(attacker, way, spot, user);
          if (read === secret) lost += 1;
          rows.push([`${way}, ${name}`, user === '0' ? 'root' : 'user', who, read === secret, because]);
        }
      }
      return {
        value: lost === 0,
        saw: `${String(lost)} of ${String(victims.length * users.length)} attempts read the secret.`,
      };
    });
  // Where AppArmor confines containers, its profile is a third wall; the control takes away all of them.
  const relaxed = {
    pidMode: 'host',
    capAdd: ['SYS_PTRACE'],
    securityOpt: ['apparmor=unconfined', 'seccomp=unconfined'],
  };
  const ways = (way: PeekWay) => ({
    measure: nothingRead(way, 'default', {}, ['0', '1000']),
    controls: { relaxed: nothingRead(way, 'relaxed (control)', relaxed, ['0']) },
  });
  await finding('proc-mem', atOnce(ways('proc-mem')));
  await finding('process-vm-readv', atOnce(ways('process-vm-readv')));
  // Not at once: whom one of them traces no other could.
  await finding('ptrace', ways('ptrace'));

  const noByte = (subject: () => Promise<Subject>) =>
    truth(async () => {
      const { stdout } = await (await subject()).exec(['sh', '-c', readMachine]);
      return { value: stdout.trim() === '0', saw: `Bytes read: ${stdout.trim()}.` };
    });
  await finding(
    'whole-memory',
    atOnce({
      measure: noByte(() => lab.container({ image: 'full', command: ['sleep', '600'] })),
      controls: { 'guest-root': noByte(() => lab.restoredGuest()) },
    }),
  );

  await exhibit({
    id: 'attempts',
    title: 'Who read the secret',
    columns: ['Way and container', 'As', 'Victim', 'Read', 'Because'],
    rows,
  });
});

/** Device numbers of memory devices: Documentation/admin-guide/devices.txt. */
const readMachine = `
mkdir -p /tmp/d; mknod /tmp/d/mem c 1 1; mknod /tmp/d/kmem c 1 2
for file in /dev/mem /dev/kmem /tmp/d/mem /tmp/d/kmem /proc/kcore; do head -c 64 $file; done 2>/dev/null | wc -c`;
