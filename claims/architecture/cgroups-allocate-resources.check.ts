import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  check,
  fioLayOut,
  fioRun,
  inTurns,
  kib,
  mib,
  once,
  replayPaired,
  watch,
  type BoundedCgroup,
  type FioJob,
  type Lab,
  type Subject,
} from '#verify';

type Limits = Omit<Parameters<Lab['bounded']>[0], 'label'>;

/** Eight settings: of fewer, five findings could all hold by chance. Together below one processor, so that one suffices. */
const quotas = [0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18];
/** Beside a group of weight 100, which is what they are multiples of. */
const weights = [150, 200, 250, 300, 350, 400, 450, 500];
const memories = [16, 24, 32, 40, 48, 64, 80, 96].map(mib);
const processes = [48, 64, 80, 96, 112, 128, 144, 160];
const rates = [2, 3, 4, 5, 6, 7, 8, 10].map(mib);

/** Quotas are counted by periods of a tenth of a second: so many of them that one more or less is far from the margin. */
const windowMs = 4_000;

/** Weights are weighed longer: the smallest part must be many turns of the scheduler's. */
const weighingMs = 8_000;

/** Enough for a control, which misses by far. */
const controlMs = 1_500;
const freeMs = 300;

/** Of settings that are tried one by one, and none of which hinders another. */
const twoAtOnce = 2;

/** What a program asks for that is to meet a limit. */
const beyond = 1.5;

export default check(async ({ lab, finding, exhibit }) => {
  const rows: (string | number)[][] = [];

  const withGroups = async <T>(limits: readonly Limits[], work: (groups: readonly BoundedCgroup[]) => Promise<T>) => {
    await using stack = new AsyncDisposableStack();
    const groups: BoundedCgroup[] = [];
    for (const limit of limits) groups.push(stack.use(await lab.bounded({ ...limit, label: 'control group' })));
    return await work(groups);
  };
  /** The settings are pairs: what a group got, and what was asked for it. */
  const against = (
    what: string,
    kind: Pick<Parameters<typeof replayPaired>[0], 'quantity' | 'unit' | 'clock'>,
    wanted: readonly number[],
    take: () => Promise<readonly number[]>,
  ) =>
    replayPaired(
      { ...kind, subject: { label: 'got', emulated: false }, baseline: { label: 'asked for', emulated: false } },
      async () => {
        const got = await take();
        for (const [index, value] of got.entries()) rows.push([what, kind.unit, wanted[index] ?? NaN, value]);
        return { subject: got, baseline: wanted };
      },
    );

  const onProcessor = (processor: number): string => `taskset -c ${String(processor)}`;
  const spin = async (group: Subject, prefix = ''): Promise<void> => {
    await group.exec(['sh', '-c', `${prefix} sh -c 'while :; do :; done' </dev/null >/dev/null 2>&1 &`]);
  };
  const processorsOver = async (groups: readonly BoundedCgroup[], ms: number): Promise<readonly number[]> => {
    const read = () => groups.map((group) => ({ at: performance.now(), seconds: group.usage().cpuSeconds }));
    const before = read();
    await watch(ms);
    return read().map(({ at, seconds }, index) => {
      const from = before[index] ?? { at: NaN, seconds: NaN };
      return (seconds - from.seconds) / ((at - from.at) / 1000);
    });
  };
  // No work is timed here, of which a disturbed machine would make another amount: what is compared is what the kernel
  // granted with what was asked for. Where something disturbs that, the eight settings stray.
  const number = { quantity: 'amount', unit: '1', clock: 'none' } as const;
  const last = cpus().length - 1;
  const byQuota = once(() =>
    withGroups(
      quotas.map((cpus) => ({ cpus })),
      async (groups) => {
        await Promise.all(groups.map((group) => spin(group, onProcessor(last))));
        return processorsOver(groups, windowMs);
      },
    ),
  );
  const weighed = (ms: number, weightOf: (weight: number) => Limits) =>
    withGroups([100, ...weights].map(weightOf), async (groups) => {
      // All on one processor: only where it is contended do weights mean anything.
      await Promise.all(groups.map((group) => spin(group, onProcessor(0))));
      const [first = NaN, ...rest] = await processorsOver(groups, ms);
      return rest.map((one) => one / first);
    });
  const byWeight = once(() => weighed(weighingMs, (cpuWeight) => ({ cpuWeight })));
  // Each has a processor to itself, where there are two: then neither hinders the other.
  const begun = once(async () => (last === 0 ? await byQuota() : await Promise.all([byQuota(), byWeight()])));
  await finding('processor-quota', {
    measure: against('processors, quota', number, quotas, async () => {
      await begun();
      return byQuota();
    }),
    controls: {
      'no-limit': against('processors, no quota', number, quotas, () =>
        inTurns(quotas, twoAtOnce, () =>
          withGroups([{}], async (groups) => {
            for (const group of groups) await spin(group);
            return (await processorsOver(groups, freeMs))[0] ?? NaN;
          }),
        ),
      ),
    },
  });

  const multiples = weights.map((weight) => weight / 100);
  await finding('processor-weight', {
    measure: against('multiples of a group on the same processor, by weight', number, multiples, byWeight),
    controls: {
      'no-weights': against('multiples of a group on the same processor, no weights', number, multiples, () =>
        weighed(controlMs, () => ({})),
      ),
    },
  });

  type Quantity = Parameters<typeof against>[1];
  /** Each setting in a group of its own; and the same without any limit. */
  const oneByOne = (
    what: string,
    kind: Quantity,
    settings: readonly number[],
    limitOf: (setting: number) => Limits,
    work: (group: BoundedCgroup, setting: number) => Promise<number | null>,
  ) => {
    const got = (limited: boolean) => () =>
      inTurns(settings, twoAtOnce, (setting) =>
        withGroups(
          [limited ? limitOf(setting) : {}],
          async ([group]) => (group && (await work(group, setting))) ?? NaN,
        ),
      );
    return {
      measure: against(`${what}, limit`, kind, settings, got(true)),
      controls: { 'no-limit': against(`${what}, no limit`, kind, settings, got(false)) },
    };
  };

  const bytes = { quantity: 'amount', unit: 'B', clock: 'none' } as const;
  const peak = async (group: BoundedCgroup, limit: number) => {
    const wanted = String(limit * beyond);
    const take = `head -c ${wanted} /dev/zero | tail -c ${wanted} > /dev/null`;
    await group.exec(['sh', '-c', take], { reject: false });
    return group.usage().memoryPeakBytes;
  };
  await finding(
    'memory',
    oneByOne('memory', bytes, memories, (memoryBytes) => ({ memoryBytes }), peak),
  );

  const count = { quantity: 'amount', unit: '1', clock: 'none' } as const;
  const counted = async (group: BoundedCgroup, limit: number) => {
    const start = `i=0; while [ $i -lt ${String(limit * beyond)} ]; do sleep 60 & i=$((i+1)); done </dev/null >/dev/null 2>&1`;
    await group.exec(['sh', '-c', start], { reject: false });
    return group.usage().processes;
  };
  await finding(
    'processes',
    oneByOne('processes', count, processes, (pids) => ({ pids }), counted),
  );

  const folder = await lab.scratchDirectory();
  const job: FioJob = {
    pattern: 'read',
    file: join(folder, 'file'),
    fileBytes: mib(64),
    blockBytes: kib(64),
    direct: true,
  };
  await fioLayOut(lab.host, job);
  const readAt = (seconds: number, limitOf: (rate: number) => Limits) => () =>
    withGroups(rates.map(limitOf), (groups) =>
      Promise.all(groups.map(async (group) => (await fioRun(group, { ...job, seconds })).read.bytesPerSecond)),
    );
  const rate = { quantity: 'amount', unit: 'B/s', clock: 'none' } as const;
  await finding('disk', {
    measure: against(
      'disk, bytes read in a second, limit',
      rate,
      rates,
      readAt(3, (readBytesPerSecond) => ({ readBytesPerSecond, diskOf: folder })),
    ),
    controls: {
      'no-limit': against(
        'disk, no limit',
        rate,
        rates,
        readAt(1, () => ({})),
      ),
    },
  });

  await exhibit({
    id: 'asked-and-got',
    title: 'What was asked for a group, and what it got',
    columns: ['Resource', 'Unit', 'Asked for', 'Got'],
    rows,
  });
});
