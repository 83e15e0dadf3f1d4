import { check, inTurns, truth, values } from '#verify';

const jobs = 100;

/** Leaves a trace, says how many it found with its own, works a little, and ends with the exit code that it is given. */
const job = (exitCode: number): readonly string[] => [
  'sh',
  '-c',
  `echo trace >> /var/traces; wc -l < /var/traces; seq 1 2000 | sha256sum; exit ${String(exitCode)}`,
];
const usual = 3;
const other = 4;

/** What a job does not need costs most of a container's start: a network and an init of its own. */
const light = { image: 'bare', network: 'host', init: false } as const;

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
}

export default check(async ({ lab, finding }) => {
  const numbers = Array.from({ length: jobs }, (_, index) => index);
  const inFreshOnes = (wanted: readonly number[], exitCode: (index: number) => number): Promise<readonly Ended[]> =>
    inTurns(wanted, 4, (index) => lab.complete({ ...light, command: job(exitCode(index)) }));
  const fresh = await inFreshOnes(numbers, () => usual);

  await using box = await lab.container({ ...light, command: ['sleep', '600'] });
  const shared = await inTurns(numbers, 1, () => box.exec(job(usual), { reject: false }));

  const outcomes = (ended: readonly Ended[]) =>
    values(() =>
      ended.map(({ exitCode, stdout }, index) => ({
        label: `job ${String(index + 1)}`,
        value: `exit ${String(exitCode)}: ${stdout.trim().split('\n').join(', ')}`,
      })),
    );
  const oneDiffers = await inFreshOnes(numbers.slice(0, 10), (index) => (index === 7 ? other : usual));
  await finding('equal', {
    measure: outcomes(fresh),
    controls: { 'shared-container': outcomes(shared), 'one-differs': outcomes(oneDiffers) },
  });

  const foundNothing = (ended: readonly Ended[]) =>
    truth(() => {
      const clean = ended.filter(({ stdout }) => stdout.split('\n')[0]?.trim() === '1').length;
      return {
        value: clean === ended.length,
        saw: `${String(clean)} of ${String(ended.length)} jobs found no trace but their own.`,
      };
    });
  await finding('clean', { measure: foundNothing(fresh), controls: { 'shared-container': foundNothing(shared) } });
});
