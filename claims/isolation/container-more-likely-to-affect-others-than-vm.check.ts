import { readdirSync, readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import {
  check,
  exhaustQuota,
  mib,
  once,
  quotaRefusal,
  startBundle,
  truth,
  type Container,
  type LabContainerOptions,
  type RunningGuest,
  type Subject,
} from '#verify';

/** Who tries: root in a container as it comes, one with privileges that it was given, one without any; root in a guest. */
const conditions = ['default', 'privileged', 'dropped', 'guest'] as const;
type Condition = (typeof conditions)[number];
/** Whether the effect was there on the machine below, and what was seen. */
type Tried = readonly [reached: boolean, saw: string];
interface Effect {
  readonly name: string;
  /** Where it is tried: on this machine, or on a guest in its place. */
  readonly on: 'this machine' | 'a guest';
  readonly tryAs: (condition: Condition) => Promise<Tried>;
}

/** Half of them is more than the memory that the hardened container may have could hold. */
const lookUps = 150_000;
const processes = 150;
const connections = 60;

export default check(async ({ lab, finding, exhibit }) => {
  const net = lab.engine().private ? lab : await lab.privateEngine();
  const options: Record<Exclude<Condition, 'guest'>, LabContainerOptions> = {
    default: {},
    privileged: { securityOpt: ['seccomp=unconfined'] },
    dropped: { user: '1000', capDrop: ['ALL'], memoryBytes: mib(12), pidsLimit: 16, network: 'none' },
  };
  const machineOf = once(() => lab.restoredGuest());
  const guestOf = once(async () => lab.restoredGuest({ image: 'full', tap: await net.bridgeTap() }));

  /** One for all effects of its condition. What they have done to this machine ends with it; the guest goes on. */
  const containers = new Map<Condition, Promise<Container>>();
  const containerOf = (condition: Exclude<Condition, 'guest'>): Promise<Container> => {
    const known = containers.get(condition);
    if (known !== undefined) return known;
    const made = net.container({ image: 'full', command: ['sleep', '600'], ...options[condition] });
    containers.set(condition, made);
    return made;
  };
  const onThisMachine = async (condition: Condition, act: (subject: Subject) => Promise<Tried>): Promise<Tried> =>
    act(condition === 'guest' ? await guestOf() : await containerOf(condition));
  const grows = async (
    what: string,
    count: () => number | Promise<number>,
    done: number,
    act: () => Promise<unknown>,
  ) => {
    const before = await count();
    await act();
    const change = (await count()) - before;
    return [change > done / 2, `${what}: ${change > 0 ? '+' : ''}${String(change)}`] as const;
  };
  const script = (subject: Subject, text: string, ...words: string[]) =>
    subject.exec(['sh', '-c', text, 'sh', ...words], { reject: false, timeoutMs: 90_000 });

  const quota =
    (kind: 'inotify' | 'keys'): Effect['tryAs'] =>
    (condition) =>
      onThisMachine(condition, async (subject) => {
        // Another number every time, of users whom no distribution has.
        const user = randomInt(61_000, 64_000);
        const before = await quotaRefusal(lab.host, kind, user);
        if (before !== null)
          throw new Error(`The host refuses user ${String(user)} before anything was done: ${before}`);
        const told = await exhaustQuota(subject, kind, user);
        const refusal = await quotaRefusal(lab.host, kind, user);
        return [refusal !== null, `${told}; on the host: ${refusal ?? 'one more can be had'}`];
      });

  /** Effects that could harm this machine: a guest stands for the container's host, and this machine is the guest's own. */
  const onItsOwnHost = (act: (subject: Subject, below: Subject) => Promise<Tried>): Effect['tryAs'] => {
    // Default and dropped are one container there: neither has a privilege that counts.
    const inPlain = once(async () => act(containerIn(await machineOf(), 'plain'), await machineOf()));
    return async (condition) => {
      if (condition === 'guest') return act(await guestOf(), lab.host);
      return condition === 'privileged' ? act(containerIn(await machineOf(), 'trusted'), await machineOf()) : inPlain();
    };
  };
  const printed = async (subject: Subject, text: string): Promise<string> =>
    (await script(subject, text)).stdout.trim();

  const effects: readonly Effect[] = [
    {
      name: 'time of day',
      on: 'a guest',
      tryAs: onItsOwnHost(async (subject, below) => {
        const { stderr } = await script(subject, "date -u -s '2001-02-03 04:05:06' >/dev/null");
        const day = await printed(below, 'date -u +%F');
        return [day === '2001-02-03', stderr.trim() || `below it is ${day}`];
      }),
    },
    {
      name: 'switch of the kernel',
      on: 'a guest',
      tryAs: onItsOwnHost(async (subject, below) => {
        const value = String(randomInt(1_000, 9_000));
        const { stderr } = await script(subject, `echo ${value} > ${kernelSwitch}`);
        const read = await printed(below, `cat ${kernelSwitch}`);
        return [read === value, stderr.trim() || `below it is ${read}`];
      }),
    },
    {
      name: 'kernel log',
      on: 'a guest',
      tryAs: onItsOwnHost(async (subject, below) => {
        const word = lab.token();
        const { stderr } = await script(
          subject,
          `[ -e /dev/kmsg ] || mknod /dev/kmsg c 1 11; echo ${word} > /dev/kmsg`,
        );
        const found = (await printed(below, 'dmesg')).includes(word);
        return [found, found ? 'the line is there' : stderr.trim() || 'the line is not there'];
      }),
    },
    { name: "a user's inotify instances", on: 'this machine', tryAs: quota('inotify') },
    { name: "a user's keys", on: 'this machine', tryAs: quota('keys') },
    {
      name: 'remembered names',
      on: 'this machine',
      tryAs: (condition) =>
        onThisMachine(condition, (subject) =>
          grows(
            'names',
            // The fifth counts names that do not exist (kernel documentation, admin-guide/sysctl/fs.rst, dentry-state).
            () => Number(readFileSync('/proc/sys/fs/dentry-state', 'utf8').split(/\s+/)[4]),
            lookUps,
            () =>
              subject.exec(['perl', '-e', lookUp, lab.token(), String(lookUps)], { reject: false, timeoutMs: 90_000 }),
          ),
        ),
    },
    {
      name: 'table of connections',
      on: 'this machine',
      tryAs: async (condition) => {
        const gateway = await net.gateway();
        const entries = async () =>
          Number((await net.engine().hostNetworkExec(['cat', '/proc/sys/net/netfilter/nf_conntrack_count'])).stdout);
        return onThisMachine(condition, (subject) =>
          grows('entries', entries, connections, () =>
            subject.exec(['perl', '-e', connect, gateway, String(connections)], { reject: false }),
          ),
        );
      },
    },
    // The last: what it has started is there until its container ends.
    {
      name: 'process numbers',
      on: 'this machine',
      tryAs: (condition) =>
        onThisMachine(condition, (subject) =>
          grows(
            'processes',
            () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
            processes,
            () => subject.exec(['perl', '-e', multiply, String(processes)], { reject: false, timeoutMs: 90_000 }),
          ),
        ),
    },
  ];

  const tried = new Map<Condition, Promise<readonly (readonly [string, Tried])[]>>();
  const all = (condition: Condition) => {
    const known = tried.get(condition);
    if (known !== undefined) return known;
    const trying = (async () => {
      const results = new Map<string, Tried>();
      const tryThose = async (place: Effect['on']) => {
        // One after the other: some are counted by what the whole machine has.
        for (const { name, on, tryAs } of effects) if (on === place) results.set(name, await tryAs(condition));
      };
      await Promise.all([tryThose('this machine'), tryThose('a guest')]);
      if (condition !== 'guest') await (await containerOf(condition))[Symbol.asyncDispose]();
      return effects.flatMap(({ name }) => {
        const tried = results.get(name);
        return tried === undefined ? [] : [[name, tried] as const];
      });
    })();
    tried.set(condition, trying);
    return trying;
  };
  const reached = async (condition: Condition) => (await all(condition)).filter(([, [there]]) => there).length;
  const moreThanGuest = (condition: Condition) =>
    truth(async () => {
      const [container, guest] = [await reached(condition), await reached('guest')];
      return {
        value: container > guest,
        saw: `Of ${String(effects.length)} effects ${String(container)} reached the machine below from the container, ${String(guest)} from the guest.`,
      };
    });
  const [machine] = await Promise.all([machineOf(), guestOf()]);
  const powers = ['CAP_SYS_TIME', 'CAP_SYSLOG', 'CAP_MKNOD'];
  await startBundle(machine, {
    name: 'trusted',
    command: ['sleep', '600'],
    privileged: true,
    capabilities: powers,
    allDevices: true,
  });
  await startBundle(machine, { name: 'plain', command: ['sleep', '600'] });

  await finding('by-default', { measure: moreThanGuest('default'), controls: { dropped: moreThanGuest('dropped') } });
  await finding('with-privileges', {
    measure: moreThanGuest('privileged'),
    controls: { dropped: moreThanGuest('dropped') },
  });

  const columns = await Promise.all(conditions.map(async (condition) => [...(await all(condition))]));
  await exhibit({
    id: 'effects',
    title: 'What reached the machine below',
    columns: ['Effect', 'Container', 'With privileges', 'Without any', 'Guest'],
    rows: effects.map(({ name }, index) => [name, ...columns.map((column) => column[index]?.[1][0] ?? null)]),
  });
  await exhibit({
    id: 'what-was-seen',
    title: 'What was seen',
    columns: ['Effect', 'Container', 'With privileges', 'Without any', 'Guest'],
    rows: effects.map(({ name }, index) => [name, ...columns.map((column) => column[index]?.[1][1] ?? null)]),
  });
});

const containerIn = (machine: RunningGuest, name: string): Subject => ({
  ...machine,
  label: `container in the ${machine.label}`,
  exec: (command, options) => machine.exec(['runc', 'exec', name, 'busybox', ...command], options),
});

/** Takes any number and changes nothing but how often the kernel repeats itself in its log. */
const kernelSwitch = '/proc/sys/kernel/printk_ratelimit_burst';

/** A shell does the same, many times as slowly. */
const lookUp = 'my ($name, $count) = @ARGV; -e "/$name$_" for 1 .. $count;';

/** Leaves so many processes behind, which hold nothing that whoever started them waits for. */
const multiply = `
my ($count) = @ARGV;
open(STDIN, "<", "/dev/null");
open(STDOUT, ">", "/dev/null");
open(STDERR, ">", "/dev/null");
for (1 .. $count) {
  my $child = fork;
  if (defined $child && $child == 0) { sleep 60; exit }
}`;

/** Says a word to ports on which nobody listens; the host remembers each for some seconds. */
const connect = `
use Socket;
my ($address, $count) = @ARGV;
socket(my $socket, AF_INET, SOCK_DGRAM, 0);
send($socket, "hello", 0, pack_sockaddr_in($_, inet_aton($address))) for 20001 .. 20000 + $count;`;
