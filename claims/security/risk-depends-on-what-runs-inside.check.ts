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
  type TechniqueId,
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

/** As whom a container speaks to the engine's socket that it was given. */
interface SocketUser {
  readonly name: string;
  readonly user: string;
  readonly inSocketsGroup?: boolean;
}
const socketUsers: readonly SocketUser[] = [
  { name: "engine's socket, root", user: '0' },
  { name: "engine's socket, ordinary user", user: '1000' },
  { name: "engine's socket, ordinary user in its group", user: '1000', inSocketsGroup: true },
];

export default check(async ({ lab, finding, exhibit }) => {
  const machine = await breakoutMachine(await lab.restoredGuest(), lab.token());
  const waysOut = new Map<string, readonly TechniqueId[]>();
  /** True where configurations differ in what gets out of them. */
  const differ = (named: readonly (readonly [string, Grant])[]) =>
    truth(async () => {
      const outcomes: string[] = [];
      for (const [name, grant] of named) {
        const { succeeded } = await machine.attempt(grant);
        waysOut.set(name, succeeded);
        outcomes.push(succeeded.join(', ') || 'none');
      }
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

  const throughSocket = new Map<string, boolean>();
  const socketDecides = (attempts: readonly SocketUser[]) =>
    truth(async () => {
      const outcomes: string[] = [];
      for (const { name, ...as } of attempts) {
        const options = { image: await lab.image('full'), folder: await lab.scratchDirectory(), ...as };
        const { succeeded, said } = await attemptEngineSocket(lab.engine(), options);
        throughSocket.set(name, succeeded);
        outcomes.push(`${name}: ${succeeded ? 'read the secret' : `did not (${said})`}`);
      }
      const results = attempts.map(({ name }) => throughSocket.get(name));
      return { value: new Set(results).size > 1, saw: outcomes.join('; ') };
    });
  await finding('socket-differs', {
    measure: socketDecides(socketUsers),
    controls: {
      'equal-users': socketDecides([
        { name: 'control: root', user: '0' },
        { name: 'control: root, again', user: '0' },
      ]),
    },
  });

  // A container that was given no socket has none to speak to; one that was, is tried for what the socket adds.
  const rows: (string | boolean | null)[][] = [
    ...Object.keys(configurations).map((name) => [
      name,
      ...techniques.map(({ id }) => waysOut.get(name)?.includes(id) ?? null),
      false,
    ]),
    ...socketUsers.map(({ name }) => [name, ...techniques.map(() => null), throughSocket.get(name) ?? null]),
  ];
  await exhibit({
    id: 'matrix',
    title: 'Which way out works in which configuration',
    columns: ['Configuration', ...techniques.map(({ label }) => label), 'Asks the engine for a folder of the machine'],
    rows,
  });
  await exhibit({
    id: 'sources',
    title: 'Where each way out is documented',
    columns: ['Way out', 'Documented in'],
    rows: [
      ...techniques.map(({ label, source }) => [label, source]),
      ['Asks the engine for a folder of the machine', 'Docker documentation, "Docker daemon attack surface"'],
    ],
  });
});
