import { atOnce, check, crashBundle, firstAnswer, startBundle, truth, type RunningGuest } from '#verify';

/** Two containers of one kernel, each serving a random word on a port of its own. */
const ports = [8001, 8002] as const;

export default check(async ({ lab, finding, supporting }) => {
  const machine = async () => {
    const guest = await lab.restoredGuest({ publish: [...ports] });
    const words = ports.map(() => lab.token());
    for (const [index, port] of ports.entries()) {
      const serve = `echo ${words[index] ?? ''} > /www/index.html; exec httpd -f -h /www -p ${String(port)}`;
      await startBundle(guest, { name: `c${String(port)}`, command: ['sh', '-c', serve], privileged: true });
    }
    // Where nobody is left, the connection is refused at once; a busy machine may answer late.
    const alive = async (port: number): Promise<boolean> => {
      try {
        const body = await firstAnswer(guest.address(port), { timeoutMs: 10_000 });
        return body.includes(words[ports.indexOf(port as (typeof ports)[number])] ?? '?');
      } catch {
        return false;
      }
    };
    for (const port of ports) await firstAnswer(guest.address(port), { timeoutMs: 20_000 });
    return { guest, alive };
  };
  /** The container asks the kernel for a panic (sysrq "c", Documentation/admin-guide/sysrq.rst). */
  const panicFromContainer = async (guest: RunningGuest): Promise<void> => {
    const asked = guest
      .exec(['runc', 'exec', 'c8001', 'sh', '-c', 'echo c > /proc/sysrq-trigger'], { timeoutMs: 5_000, reject: false })
      .catch(() => undefined);
    // The answer never comes: the kernel that would have sent it is gone.
    await Promise.race([asked, guest.exited]);
  };

  const [bystander, doomed, crashed] = await Promise.all([machine(), machine(), machine()]);
  await finding(
    'panic-ends-both',
    atOnce({
      measure: truth(async () => {
        await panicFromContainer(doomed.guest);
        const exit = await doomed.guest.exited;
        const [first, second] = await Promise.all([doomed.alive(8001), doomed.alive(8002)]);
        return { value: !first && !second, saw: `${exit.because} Still answering: ${answering(first, second)}.` };
      }),
      controls: {
        'ordinary-crash': truth(async () => {
          await crashBundle(crashed.guest, 'c8001');
          const [first, second] = await Promise.all([crashed.alive(8001), crashed.alive(8002)]);
          return {
            value: !first && !second,
            saw: `One container was killed. Still answering: ${answering(first, second)}.`,
          };
        }),
      },
    }),
  );

  const goesOn = (machineOf: typeof bystander) =>
    truth(async () => {
      const alive = await machineOf.alive(8002);
      return { value: alive, saw: alive ? 'It answers with its word.' : 'It does not answer.' };
    });
  await finding(
    'other-kernel-lives',
    atOnce({ measure: goesOn(bystander), controls: { 'same-kernel': goesOn(doomed) } }),
  );

  await supporting('runtime-killed', {
    measure: truth(async () => {
      const engine = await lab.privateEngine();
      const container = await engine.container({ image: 'bare', command: ['sleep', '600'] });
      await engine.daemon.kill();
      const { exitCode } = await lab.host.exec(['kill', '-0', String(container.pid)], { reject: false });
      return {
        value: exitCode !== 0,
        saw:
          exitCode === 0 ? "The container's process goes on without its daemon." : "The container's process is gone.",
      };
    }),
  });
});

const answering = (first: boolean, second: boolean): string =>
  [first ? 'the first' : null, second ? 'the second' : null].filter(Boolean).join(' and ') || 'neither';
