import {
  asOrdinaryUser,
  attemptEngineSocket,
  breakoutMachine,
  check,
  engineDefault,
  hardened,
  misconfigurations,
  techniques,
  truth,
  type Grant,
} from '#verify';

const configurations: Readonly<Record<string, Grant>> = {
  hardened,
  'ordinary user': asOrdinaryUser,
  default: engineDefault,
  'CAP_SYS_ADMIN added': misconfigurations['added-capability'],
  'CAP_DAC_READ_SEARCH added': misconfigurations['read-search'],
  "machine's processes shared": misconfigurations['host-pid'],
  "machine's folder shared": misconfigurations['system-folder'],
  privileged: misconfigurations.privileged,
};

export default check(async ({ lab, finding, exhibit }) => {
  const machine = await breakoutMachine(await lab.restoredGuest(), lab.token());
  const rows: [string, ...boolean[]][] = [];
  const waysOut = async (name: string, grant: Grant): Promise<string> => {
    const { succeeded } = await machine.attempt(grant);
    rows.push([name, ...techniques.map(({ id }) => succeeded.includes(id))]);
    return succeeded.join(', ') || 'none';
  };
  /** True where configurations differ in what gets out of them. */
  const differ = (named: readonly (readonly [string, Grant])[]) =>
    truth(async () => {
      const outcomes: string[] = [];
      for (const [name, grant] of named) outcomes.push(await waysOut(name, grant));
      const saw = named.map(([name], index) => `${name}: ${outcomes[index] ?? '?'}`).join('; ');
      return { value: new Set(outcomes).size > 1, saw };
    });
  await finding('ways-out-differ', {
    measure: differ(Object.entries(configurations)),
    controls: {
      'equal-configurations': differ([
        ['control: privileged', misconfigurations.privileged],
        ['control: privileged, again', misconfigurations.privileged],
      ]),
    },
  });

  const socketDecides = (users: readonly [string, string]) =>
    truth(async () => {
      const outcomes: string[] = [];
      for (const user of users) {
        const options = { image: await lab.image('full'), folder: await lab.scratchDirectory(), user };
        const { succeeded, said } = await attemptEngineSocket(lab.engine(), options);
        outcomes.push(`user ${user} ${succeeded ? 'read the secret' : `did not (${said})`}`);
      }
      const results = outcomes.map((outcome) => outcome.endsWith('secret'));
      return { value: new Set(results).size > 1, saw: outcomes.join('; ') };
    });
  await finding('socket-differs', {
    measure: socketDecides(['0', '1000']),
    controls: { 'equal-users': socketDecides(['0', '0']) },
  });

  await exhibit({
    id: 'matrix',
    title: 'Which way out works in which configuration',
    columns: ['Configuration', ...techniques.map(({ label }) => label)],
    rows,
  });
});
