import { check, truth, type Subject } from '#verify';

export default check(async ({ lab, finding }) => {
  const container = await lab.container({ image: 'bare', command: ['sleep', '600'] });
  const guest = await lab.restoredGuest({ image: 'bare' });

  /** Starts the loop and sees it alive from inside. */
  const started = async (subject: Subject): Promise<string> => {
    const word = lab.token();
    await subject.exec(['sh', '-c', `sh -c 'while :; do sleep 1; done' ${word} >/dev/null 2>&1 &`]);
    if (!(await runsInside(subject, word))) throw new Error(`The loop was not started in the ${subject.label}.`);
    return word;
  };

  const inProcessTable = (subject: Subject) =>
    truth(async () => {
      const found = await hostPids(lab.host, await started(subject));
      return {
        value: found.length > 0,
        saw: `Of the ${subject.label}'s loop, the host lists ${String(found.length)} processes.`,
      };
    });
  await finding('in-process-table', {
    measure: inProcessTable(container),
    controls: { guest: inProcessTable(guest) },
  });

  const endedFromHost = (subject: Subject) =>
    truth(async () => {
      const word = await started(subject);
      const found = await hostPids(lab.host, word);
      for (const pid of found) await lab.host.exec(['kill', '-KILL', pid]);
      const goesOn = await runsInside(subject, word);
      return {
        value: !goesOn,
        saw: `The host signalled ${String(found.length)} processes. Inside, the loop ${goesOn ? 'goes on' : 'is gone'}.`,
      };
    });
  await finding('ended-from-host', { measure: endedFromHost(container), controls: { guest: endedFromHost(guest) } });
});

/** The list is searched here: a search by the host's tools would find itself. */
const hostPids = async (host: Subject, word: string): Promise<string[]> =>
  (await host.exec(['ps', '-ww', '-eo', 'pid=,args='])).stdout
    .split('\n')
    .filter((line) => line.includes(word))
    .map((line) => line.trim().split(' ')[0] ?? '');

const runsInside = async (subject: Subject, word: string): Promise<boolean> =>
  (await subject.exec(['ps', '-o', 'args'])).stdout.includes(word);
