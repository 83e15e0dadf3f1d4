import {
  allCapabilities,
  breakoutMachine,
  check,
  everything,
  techniques,
  truth,
  type Attempt,
  type Grant,
} from '#verify';

/** What each step sets, on top of a container that was given everything; the process stays root. */
const steps: readonly { readonly flag: string; readonly grant: Partial<Grant> }[] = [
  { flag: 'no --privileged (devices and switches of the kernel masked)', grant: { unmasked: false } },
  { flag: '--cap-drop ALL', grant: { capabilities: [] } },
  { flag: 'no --pid host', grant: { hostPid: false } },
  { flag: "no bind mount of the machine's own folders", grant: { binds: [] } },
  { flag: "the engine's filter of system calls", grant: { seccomp: true } },
];
const after = (taken: readonly (typeof steps)[number][]): Grant =>
  taken.reduce((grant, step) => ({ ...grant, ...step.grant }), everything);

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const machine = await breakoutMachine(await lab.restoredGuest(), lab.token());
  const rungs: { readonly label: string; readonly attempt: Attempt }[] = [];
  for (let count = 0; count <= steps.length; count += 1) {
    const label = steps[count - 1]?.flag ?? 'everything granted';
    rungs.push({ label, attempt: await machine.attempt(after(steps.slice(0, count))) });
  }
  const [start = rungs[0], end = rungs[0]] = [rungs[0], rungs.at(-1)];

  const noneLeft = (rung: typeof start) =>
    truth(() => {
      const left = rung?.attempt.succeeded ?? techniques.map(({ id }) => id);
      return { value: left.length === 0, saw: `Still working: ${left.join(', ') || 'none'}.` };
    });
  await finding('five-flags', { measure: noneLeft(end), controls: { 'no-flags': noneLeft(start) } });

  const alone = await machine.attempt(after(steps.filter(({ grant }) => grant.capabilities !== undefined)));
  await supporting('capabilities-alone', {
    measure: truth(() => ({
      value: alone.succeeded.length === 0,
      saw: `Still working: ${alone.succeeded.join(', ') || 'none'}.`,
    })),
  });

  const ablated: (readonly [string, Attempt])[] = [];
  await supporting('each-flag-needed', {
    measure: truth(async () => {
      for (const left of steps) {
        ablated.push([left.flag, await machine.attempt(after(steps.filter((step) => step !== left)))]);
      }
      const idle = ablated.filter(([, { succeeded }]) => succeeded.length === 0).map(([flag]) => flag);
      return { value: idle.length === 0, saw: `Nothing reopens without: ${idle.join('; ') || 'none of them'}.` };
    }),
  });

  const counted = ({ succeeded }: Attempt): [number, string] => [succeeded.length, succeeded.join(', ')];
  await exhibit({
    id: 'ladder',
    title: `Ways out of a container whose root has all ${String(allCapabilities.length)} capabilities, one step after the other`,
    columns: ['Step added', 'Ways left', 'Which'],
    rows: rungs.map(({ label, attempt }) => [label, ...counted(attempt)]),
  });
  await exhibit({
    id: 'ablation',
    title: 'All steps but one',
    columns: ['Step left out', 'Ways open', 'Which'],
    rows: ablated.map(([flag, attempt]) => [flag, ...counted(attempt)]),
  });
});
