import {
  breakoutMachine,
  check,
  isAllowed,
  misconfigurations,
  readAnswers,
  rootOperations,
  rootOperationsScript,
  truth,
  tryRootOperations,
  type Answers,
} from '#verify';

export default check(async ({ lab, finding, exhibit }) => {
  const guest = await lab.restoredGuest();
  const machineRoot = await tryRootOperations(guest);
  const machine = await breakoutMachine(guest, lab.token());
  const privileged = readAnswers(await machine.run(misconfigurations.privileged, rootOperationsScript()));
  const container = await lab.container({ image: 'minimal', user: '0', command: ['sleep', '600'] });
  const byDefault = await tryRootOperations(container);

  const allAllowed = (answers: Answers) =>
    truth(() => {
      const refused = rootOperations.filter((operation) => !isAllowed(answers, operation)).map(({ id }) => id);
      return {
        value: refused.length === 0,
        saw: `Refused: ${refused.join(', ') || 'none'} (of ${String(rootOperations.length)}).`,
      };
    });
  await finding('can-do-anything', {
    measure: allAllowed(byDefault),
    controls: { 'machine-root': allAllowed(machineRoot), privileged: allAllowed(privileged) },
  });

  await exhibit({
    id: 'operations',
    title: 'What root was allowed',
    columns: ['Operation', "A machine's root", 'Privileged container', 'Container, default'],
    rows: rootOperations.map((operation) => [
      operation.label,
      ...[machineRoot, privileged, byDefault].map((answers) => isAllowed(answers, operation)),
    ]),
  });
});
