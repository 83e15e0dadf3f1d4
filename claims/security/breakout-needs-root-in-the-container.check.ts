import {
  asOrdinaryUser,
  attemptEngineSocket,
  breakoutMachine,
  check,
  everything,
  techniques,
  truth,
  type Attempt,
} from '#verify';

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const machine = await breakoutMachine(await lab.restoredGuest(), lab.token());
  const root = await machine.attempt(everything);
  const user = await machine.attempt({ ...everything, ...asOrdinaryUser });

  const fewOf = ({ succeeded }: Attempt) =>
    truth(() => {
      const works = root.succeeded.filter((id) => succeeded.includes(id));
      // Where nothing works as root, nothing was tried.
      const few = root.succeeded.length > 0 && works.length <= root.succeeded.length / 2;
      return { value: few, saw: `Worked: ${works.join(', ') || 'none'}. As root: ${root.succeeded.join(', ')}.` };
    });
  await finding('most-ways-out', { measure: fewOf(user), controls: { 'as-root': fewOf(root) } });

  const throughSocket = (options: { readonly user: string; readonly inSocketsGroup?: boolean }) =>
    truth(async () => {
      const image = await lab.image('full');
      const folder = await lab.scratchDirectory();
      const { succeeded, said } = await attemptEngineSocket(lab.engine(), { image, folder, ...options });
      return { value: !succeeded, saw: said };
    });
  await finding('engine-socket', {
    measure: throughSocket({ user: '1000' }),
    controls: { 'as-root': throughSocket({ user: '0' }) },
  });
  await supporting('engine-socket-group', {
    measure: throughSocket({ user: '1000', inSocketsGroup: true }),
    controls: { 'without-group': throughSocket({ user: '1000' }) },
  });

  await exhibit({
    id: 'ways-out',
    title: 'Ways out, tried as root and as an ordinary user',
    columns: ['Way out', 'As root', 'As an ordinary user', 'What the ordinary user was told', 'Documented in'],
    rows: techniques.map(({ id, label, source }) => [
      label,
      root.succeeded.includes(id),
      user.succeeded.includes(id),
      user.said[id],
      source,
    ]),
  });
});
