import { check, truth, type RunningGuest } from '#verify';

/** What answers at all does so in a fraction of it; a busy machine is given time. */
const patienceMs = 15_000;

interface Serving {
  readonly guest: RunningGuest;
  readonly word: string;
  readonly release: string;
}

export default check(async ({ lab, finding }) => {
  const serving = async (kernelPackage?: string): Promise<Serving> => {
    const guest = await lab.restoredGuest({
      image: 'bare',
      publish: [80],
      ...(kernelPackage === undefined ? {} : { kernelPackage }),
    });
    const word = lab.token();
    await guest.exec(['sh', '-c', 'echo "$0" > /srv/www/index.html', word]);
    return { guest, word, release: (await guest.exec(['uname', '-r'])).stdout.trim() };
  };
  const guests = await Promise.all([undefined, ...(await lab.otherKernels(2))].map(serving));
  const [first, ...rest] = guests;
  if (first === undefined) throw new Error('No guest was started.');

  // One attempt: a restored guest listens already, and where none is left the connection is refused at once.
  const answers = async ({ guest, word }: Serving): Promise<boolean> => {
    const { host, port } = guest.address(80);
    const asked = fetch(`http://${host}:${String(port)}/`, { signal: AbortSignal.timeout(patienceMs) });
    return asked
      .then((answer) => answer.text())
      .then(
        (body) => body.trim() === word,
        () => false,
      );
  };
  const allAnswer = async (asked: readonly Serving[]) => {
    const answered = await Promise.all(asked.map(answers));
    const releases = asked.map(({ release }) => release);
    const said = asked.map(({ release }, index) => `${release} ${answered[index] === true ? 'answers' : 'is silent'}`);
    return {
      value: answered.every(Boolean) && releases.every(Boolean) && new Set(releases).size === asked.length,
      saw: `${said.join(', ')}.`,
    };
  };
  await finding('all-answer', {
    measure: truth(() => allAnswer(guests)),
    controls: {
      'one-killed': truth(async () => {
        await first.guest.kill();
        return allAnswer(guests);
      }),
    },
  });
  await finding('rest-goes-on', {
    measure: truth(() => allAnswer(rest)),
    controls: { killed: truth(() => allAnswer([first])) },
  });
});
