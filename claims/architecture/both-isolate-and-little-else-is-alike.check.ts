import { amount, check, leaveTraces, probeColumn, probes, truth, type Place, type ProbeColumn } from '#verify';

const application = probes.filter(({ group }) => group === 'application');
const machine = probes.filter(({ group }) => group === 'machine');

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const idle = { image: 'bare', command: ['sleep', '600'] } as const;
  // The engine's network may be one of its own, which then plays the host's.
  const host: Required<Place> = {
    subject: { ...lab.host, exec: (...words) => lab.engine().hostNetworkExec(...words) },
    folder,
  };
  const processors = Number((await lab.host.exec(['nproc'])).stdout);
  const container = await lab.container(idle);
  const hardened = await lab.container({
    ...idle,
    label: 'container, hardened',
    user: '1000:1000',
    capDrop: ['ALL'],
    securityOpt: ['no-new-privileges'],
    readOnlyRootfs: true,
    tmpfs: { '/tmp': 'exec,mode=1777' },
  });
  // Another number of processors than the host's, so that they can be told apart.
  const guest = await lab.restoredGuest({ image: 'bare', cpus: processors === 1 ? 2 : 1 });

  await using traces = await leaveTraces(host.subject, folder);
  const inPlace = (place: Place) => probeColumn(place, host, traces);
  const inHost = await inPlace(host);
  const inContainer = await inPlace({ subject: container });
  const inHardened = await inPlace({ subject: hardened });
  const inGuest = await inPlace({ subject: guest });

  /** How many of what an application is to be isolated in do not lead to the host's. */
  const isolated = (column: ProbeColumn) =>
    amount(() => ({
      subject: column.label,
      value: application.filter((probe) => column.reached(probe) !== 'host').length,
      unit: '1',
    }));
  await finding('container-isolates', { measure: isolated(inContainer), controls: { host: isolated(inHost) } });
  await finding('guest-isolates', { measure: isolated(inGuest), controls: { host: isolated(inHost) } });
  await supporting('hardened-isolates', { measure: isolated(inHardened), controls: { host: isolated(inHost) } });

  /** How many of what the machine is come out otherwise in one place than in the other. */
  const apart = (one: ProbeColumn, other: ProbeColumn) =>
    amount(() => ({
      subject: `${one.label} and ${other.label}`,
      value: machine.filter((probe) => one.reached(probe) !== other.reached(probe)).length,
      unit: '1',
    }));
  await finding('little-else', {
    measure: apart(inContainer, inGuest),
    controls: { itself: apart(inContainer, await inPlace({ subject: container })) },
  });

  const missed = machine.filter((probe) => inHost.reached(probe) !== 'host');
  await supporting('host-isolates-nothing', {
    measure: truth(() => ({
      value: missed.length === 0,
      saw: `Of the thirteen, on the host itself these were not reached: ${missed.map(({ id }) => id).join(', ') || 'none'}.`,
    })),
  });

  const columns = [inHost, inContainer, inHardened, inGuest];
  await exhibit({
    id: 'probes',
    title: 'Twenty probes, asked in the same words in four places',
    columns: ['Probe', 'What it is of', ...columns.map(({ label }) => label)],
    rows: probes.map((probe) => [
      probe.label,
      probe.group === 'application' ? 'the application' : 'the machine',
      ...columns.map((column) => column.said(probe)),
    ]),
  });
});
