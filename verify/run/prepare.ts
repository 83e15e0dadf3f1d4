import { hostFacts } from './host-facts.ts';
import { missingByNature, type Missing } from './missing.ts';
import type { Progress } from './progress.ts';
import { needsOf } from './stages.ts';
import { withDiskAdvice } from '../check/full-disk.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { Need } from '../claim/claim.ts';
import { whyNotLocal } from '../lab/engine/facts.ts';
import { importTree } from '../lab/engine/image.ts';
import { openEngine, type OpenedEngine } from '../lab/engine/open.ts';
import { missingForPrivateEngine } from '../lab/engine/private-needs.ts';
import type { Engine, PrivateEngine } from '../lab/engine/types.ts';
import { imageFiles } from '../lab/guest/image.ts';
import { probeAccelerator } from '../lab/guest/probe.ts';
import type { AcceleratorProbe } from '../lab/guest/types.ts';
import { cacheRoot } from '../lab/places.ts';
import { buildTree, type TreeName } from '../lab/rootfs/tree.ts';
import type { HostFacts } from '../record/record.ts';

/** What a stage may count on. */
export interface Ready {
  readonly engine: Engine | null;
  /** The engine where it is our own, and how it is ended, however it hangs, and made ready anew. */
  readonly own: OwnEngine | null;
  readonly host: HostFacts;
  readonly missing: Missing;
}

export interface OwnEngine {
  readonly engine: PrivateEngine;
  renew(): Promise<void>;
}

/** Set-up under way: each stage waits for the part that it needs. Disposing it ends a private engine. */
export interface Preparation extends AsyncDisposable {
  /** The engine answers and has the small images, and it is known what guests can run under. */
  readonly engine: Promise<Ready>;
  /** And all that guests and large containers are started from is there. */
  readonly everything: Promise<Ready>;
}

export interface PrepareOptions {
  readonly run: string;
  readonly claims: readonly Claim[];
  readonly progress: Progress;
  readonly freshProbe: boolean;
  /** Resolves when missing system packages have been installed, or when it is clear that they will not be. */
  readonly packages: Promise<void>;
}

/** Sets up what these claims need and nothing else; what cannot be had becomes a reason in `missing`, never an error. */
export function prepare(options: PrepareOptions): Preparation {
  const needs = new Set(options.claims.flatMap((claim) => [...needsOf(claim)]));
  const missing = missingByNature();
  const attempt = attempts(options.progress, missing);
  const owned = new AsyncDisposableStack();

  const engine = options.packages.then(async (): Promise<Ready> => {
    const [opened, probe] = await Promise.all([
      prepareEngine(options.run, needs, missing, attempt, owned),
      prepareProbe(options, needs, attempt),
    ]);
    if (probe.kind === 'tcg')
      missing.acceleration = 'hardware acceleration cannot be used on this machine (its host facts say why)';
    if (probe.kind === 'none') {
      missing.guest ??= probe.because;
      missing.acceleration ??= probe.because;
    }
    const host = await hostFacts(opened?.engine ?? null, probe);
    if (!host.lsms.some((lsm) => lsm === 'apparmor' || lsm === 'selinux')) {
      missing.lsm = "This machine's kernel has neither AppArmor nor SELinux switched on.";
    }
    return { engine: opened?.engine ?? null, own: ownEngine(opened, needs, attempt), host, missing };
  });
  const everything = engine.then(async (ready) => {
    await prepareSlowParts(needs, ready, attempt);
    return ready;
  });
  // Where nobody waits any more (Ctrl-C), a failure must not become an unhandled rejection.
  everything.catch(() => undefined);
  return {
    engine,
    everything,
    [Symbol.asyncDispose]: async () => {
      await everything.catch(() => undefined);
      await owned.disposeAsync();
    },
  };
}

type Attempt = <T>(what: string, need: Need, work: () => Promise<T>, told: (result: T) => string) => Promise<T | null>;

/** A step of set-up that may fail: then what needed it has its reason. */
function attempts(progress: Progress, missing: Missing): Attempt {
  return async (what, need, work, told) => {
    const finish = progress.step(what);
    try {
      const result = await work();
      finish(told(result));
      return result;
    } catch (error) {
      const because = withDiskAdvice(error instanceof Error ? error.message : String(error));
      missing[need] ??= because;
      finish(`not here. ${because}`);
      return null;
    }
  };
}

async function prepareEngine(
  run: string,
  needs: ReadonlySet<Need>,
  missing: Missing,
  attempt: Attempt,
  owned: AsyncDisposableStack,
): Promise<OpenedEngine | null> {
  const lacking = missingForPrivateEngine();
  if (lacking !== null) missing['private-engine'] = lacking;
  if (!needs.has('engine')) return null;
  const opened = await attempt(
    'container engine',
    'engine',
    async () => owned.use(await openEngine(run)),
    ({ source }) => source,
  );
  if (opened === null) return null;
  const notLocal = await whyNotLocal(opened.engine);
  if (notLocal !== null) missing['local-host'] = notLocal;
  await smallImages(opened.engine, attempt);
  return opened;
}

function ownEngine(opened: OpenedEngine | null, needs: ReadonlySet<Need>, attempt: Attempt): OwnEngine | null {
  const own = opened?.own ?? null;
  if (own === null) return null;
  const renew = async (): Promise<void> => {
    await own.renew();
    await smallImages(own, attempt);
    if (needs.has('full-tree')) await imageOf(own, 'full', 'full-tree', attempt);
  };
  return { engine: own, renew };
}

async function smallImages(engine: Engine, attempt: Attempt): Promise<void> {
  for (const tree of ['bare', 'minimal'] as const) await imageOf(engine, tree, 'engine', attempt);
}

async function imageOf(engine: Engine, tree: TreeName, need: Need, attempt: Attempt): Promise<void> {
  await attempt(
    `image of the ${tree} tree`,
    need,
    async () => importTree(engine, await buildTree(tree, { cacheRoot: cacheRoot() })),
    ({ sizeBytes }) => `${String(Math.round(sizeBytes / 2 ** 20))} MiB`,
  );
}

async function prepareProbe(
  { run, freshProbe }: PrepareOptions,
  needs: ReadonlySet<Need>,
  attempt: Attempt,
): Promise<AcceleratorProbe> {
  if (!needs.has('guest') && !needs.has('acceleration')) {
    return { kind: 'none', because: 'not probed: no claim of this run needs a guest' };
  }
  const probe = await attempt(
    'hardware acceleration for guests',
    'guest',
    () => probeAccelerator({ cacheRoot: cacheRoot(), runId: run, fresh: freshProbe }),
    ({ kind, because }) => (kind === 'tcg' ? `none, guests are emulated. ${because}` : `${kind}. ${because}`),
  );
  return probe ?? { kind: 'none', because: 'the probe itself failed' };
}

async function prepareSlowParts(needs: ReadonlySet<Need>, { engine, missing }: Ready, attempt: Attempt): Promise<void> {
  const guests = needs.has('guest') && missing.guest === undefined;
  const image = (name: TreeName, need: Need): Promise<unknown> =>
    attempt(
      `${name} guest`,
      need,
      () => imageFiles(name, { cacheRoot: cacheRoot() }),
      () => 'ready',
    );
  if (guests) {
    await image('bare', 'guest');
    await image('minimal', 'guest');
  }
  if (!needs.has('full-tree')) return;
  if (engine !== null) await imageOf(engine, 'full', 'full-tree', attempt);
  if (guests) await image('full', 'full-tree');
}
