import { asOrdinaryUser, breakoutMachine, check, everything, techniques, truth, type Attempt } from '#verify';

export default check(async ({ lab, finding, exhibit }) => {
  const machine = await breakoutMachine(await lab.restoredGuest(), lab.token());
  const asUser = { ...everything, ...asOrdinaryUser };
  const sealed = { ...asUser, noNewPrivileges: true };
  const root = await machine.attempt(everything);
  const user = await machine.attempt(asUser);
  const viaSetuid = await machine.attempt(asUser, { throughSetuid: true });
  const viaSetuidSealed = await machine.attempt(sealed, { throughSetuid: true });

  const closed = ({ succeeded, said }: Attempt, id: (typeof techniques)[number]['id']) =>
    truth(() => ({ value: !succeeded.includes(id), saw: said[id] }));
  const settle = async (id: string, technique: (typeof techniques)[number]['id']) => {
    await finding(id, { measure: closed(user, technique), controls: { 'as-root': closed(root, technique) } });
  };
  await settle('raw-disk', 'raw-disk');
  await settle('core-pattern', 'core-pattern');
  await settle('release-agent', 'release-agent');
  await settle('file-handle', 'file-handle');
  await settle('host-process', 'host-process');
  await settle('system-folder', 'system-folder');

  const allClosed = ({ succeeded }: Attempt) =>
    truth(() => ({ value: succeeded.length === 0, saw: `Worked: ${succeeded.join(', ') || 'none'}.` }));
  await finding('setuid-program', {
    measure: allClosed(viaSetuid),
    controls: { 'no-new-privileges': allClosed(viaSetuidSealed) },
  });
  await finding('setuid-no-new-privileges', {
    measure: allClosed(viaSetuidSealed),
    controls: { 'new-privileges': allClosed(viaSetuid) },
  });

  await exhibit({
    id: 'by-user',
    title: 'Ways out by who tries them',
    columns: ['Way out', 'Root', 'User', 'User, setuid program', 'The same, no new privileges'],
    rows: techniques.map(({ id, label }) => [
      label,
      ...[root, user, viaSetuid, viaSetuidSealed].map(({ succeeded }) => succeeded.includes(id)),
    ]),
  });
});
