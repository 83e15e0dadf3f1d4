import {
  amount,
  answeringFor,
  askedForHealth,
  check,
  namingServer,
  swarmStand,
  truth,
  asWanted,
  untilTasks,
  untilUpdated,
  values,
  versionsIn,
  type LoadReport,
  type SwarmService,
} from '#verify';

/** Replicas of the service that is updated with care. */
const replicas = 3;
/** How long its replicas go on serving once they are asked to end: longer than a client keeps an address. */
const graceSeconds = 3;
/** How long a service may take to run, and an update to end. */
const withinMs = 60_000;

interface Update {
  /** Of which service, and how. */
  readonly what: string;
  readonly report: LoadReport;
  /** What the orchestrator says has become of the update. */
  readonly state: string;
  /** Versions that answered once it was over. */
  readonly after: readonly string[];
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const { swarm, image, ask, untilAllAnswer } = await swarmStand(await lab.privateEngine());

  /** Orders another command for the service's replicas while they are asked, and waits for the end of the update. */
  const update = async (what: string, service: SwarmService, command: readonly string[]): Promise<Update> => {
    // Requests before a service runs would be lost to no update.
    await untilAllAnswer(service);
    await using load = await ask(service);
    await service.update({ command });
    const state = await untilUpdated(service, withinMs);
    await untilTasks(service, asWanted, { what: 'those that are wanted', timeoutMs: withinMs });
    const { dueMs: overMs } = await load.next();
    // Each replica has its turn, and whoever still has an old address loses it.
    await answeringFor(load, 500);
    const report = await load.stop();
    const requests = report.requests.filter(({ dueMs }) => dueMs > overMs);
    return { what, report, state, after: versionsIn({ requests }) };
  };
  const careful = await swarm.service({
    image,
    replicas,
    command: namingServer({ version: 'old', graceSeconds }),
    healthcheck: askedForHealth,
    updateOrder: 'start-first',
  });
  const careless = await swarm.service({ image, command: namingServer({ version: 'old' }) });
  // Side by side, for each has clients of its own, and both mostly wait.
  const [bad, alone] = await Promise.all([
    update('three replicas, to a version that never answers', careful, ['sleep', '600']),
    update('one replica, stopped first', careless, namingServer({ version: 'new' })),
  ]);
  const good = await update('three replicas', careful, namingServer({ version: 'new', graceSeconds }));

  const answered = ({ report }: Update) =>
    values(() => [
      { label: 'requests sent during the update', value: report.sent },
      { label: 'requests answered', value: report.answered },
    ]);
  await finding('none-lost', { measure: answered(good), controls: { 'one-replica-stop-first': answered(alone) } });

  const onlyNew = ({ after }: Update) =>
    truth(() => ({
      value: after.join() === 'new',
      saw: `After the update answered: ${after.join(', ') || 'nobody'}.`,
    }));
  await finding('new-everywhere', { measure: onlyNew(good), controls: { 'bad-version': onlyNew(bad) } });

  const takenBack = ({ report, state, after }: Update) =>
    truth(() => ({
      value: state === 'rollback_completed' && after.join() === 'old' && report.lost === 0,
      saw: `${state}; lost ${String(report.lost)} of ${String(report.sent)} requests; afterwards answered: ${after.join(', ')}.`,
    }));
  await finding('taken-back', { measure: takenBack(bad), controls: { 'good-version': takenBack(good) } });

  const mixed = ({ report }: Update) =>
    amount(() => ({
      subject: 'versions that answered during the update',
      value: versionsIn(report).length,
      unit: '1',
    }));
  await supporting('both-versions', { measure: mixed(good), controls: { 'bad-version': mixed(bad) } });
  await exhibit({
    id: 'updates',
    title: 'Requests during each update',
    columns: ['Update of', 'It ended as', 'Requests sent', 'Lost', 'Longest time without an answer, milliseconds'],
    rows: [bad, good, alone].map(({ what, state, report: { sent, lost, longestOutageMs } }) => [
      what,
      state,
      sent,
      lost,
      Math.round(longestOutageMs),
    ]),
  });
});
