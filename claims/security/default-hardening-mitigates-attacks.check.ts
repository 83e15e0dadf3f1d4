import {
  amounts,
  breakoutMachine,
  check,
  isAllowed,
  misconfigurations,
  readAnswers,
  rootOperations,
  rootOperationsScript,
  tryRootOperations,
  type Answers,
} from '#verify';

const dangerous = rootOperations.filter((operation) => operation.dangerous);

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const guest = await lab.restoredGuest();
  const machine = await breakoutMachine(guest, lab.token());
  const unhardened = readAnswers(await machine.run(misconfigurations.privileged, rootOperationsScript()));
  const container = await lab.container({ image: 'minimal', user: '0', command: ['sleep', '600'] });
  const byDefault = await tryRootOperations(container);
  const unfiltered = await tryRootOperations(
    await lab.container({
      image: 'minimal',
      user: '0',
      securityOpt: ['seccomp=unconfined'],
      command: ['sleep', '600'],
    }),
  );

  const blocked = (answers: Answers) => dangerous.filter((operation) => !isAllowed(answers, operation));
  const share = (label: string, answers: Answers) =>
    amounts(() => ({
      subject: { label: `refused to root, ${label}`, value: blocked(answers).length },
      baseline: { label: 'asked for', value: dangerous.length },
      unit: '1',
    }));
  await finding('over-half-blocked', {
    measure: share("engine's defaults", byDefault),
    controls: { unhardened: share('everything switched off', unhardened) },
  });
  await supporting('without-filter', { measure: share('without the filter of system calls', unfiltered) });

  await exhibit({
    id: 'operations',
    title: 'Dangerous operations, and to whom they were refused',
    columns: ['Operation', "Engine's defaults", 'Without the filter of system calls', 'Privileged'],
    rows: dangerous.map((operation) => [
      operation.label,
      ...[byDefault, unfiltered, unhardened].map((answers) => (isAllowed(answers, operation) ? 'allowed' : 'refused')),
    ]),
  });
});
