import type Docker from 'dockerode';
import { z } from 'zod';
import { LabError } from '../errors.ts';
import { runLabel } from '../places.ts';

/** Something in an engine that bears a run's label. */
export interface Labelled {
  readonly kind: 'container' | 'network' | 'volume' | 'image';
  readonly id: string;
  readonly runId: string;
  remove(): Promise<void>;
}

const labelsSchema = z.record(z.string(), z.string()).nullish();
const byId = z.array(z.object({ Id: z.string().min(1), Labels: labelsSchema }));
const byName = z.object({ Volumes: z.array(z.object({ Name: z.string().min(1), Labels: labelsSchema })).nullish() });

/** What bears the label, of one run or of any; in the order in which it can be removed. */
export async function findLabelled(docker: Docker, runId?: string): Promise<Labelled[]> {
  const filters = { label: [runId === undefined ? runLabel : `${runLabel}=${runId}`] };
  const containers = read(byId, await docker.listContainers({ all: true, filters }), 'containers');
  const networks = read(byId, await docker.listNetworks({ filters }), 'networks');
  const volumes = read(byName, await docker.listVolumes({ filters }), 'volumes').Volumes ?? [];
  const images = read(byId, await docker.listImages({ filters }), 'images');
  type Found = readonly {
    readonly id: string;
    readonly Labels?: Readonly<Record<string, string>> | null | undefined;
  }[];
  const entries = (kind: Labelled['kind'], found: Found, remove: (id: string) => Promise<unknown>): Labelled[] =>
    found.flatMap(({ id, Labels }) => {
      const owner = Labels?.[runLabel];
      // The filter is the engine's; what goes is for us to see.
      if (owner === undefined || (runId !== undefined && owner !== runId)) return [];
      return [{ kind, id, runId: owner, remove: () => unlessGone(() => remove(id)) }];
    });
  const withId = (found: z.infer<typeof byId>): Found => found.map(({ Id, Labels }) => ({ id: Id, Labels }));
  return [
    ...entries('container', withId(containers), (id) => docker.getContainer(id).remove({ force: true, v: true })),
    ...entries('network', withId(networks), (id) => docker.getNetwork(id).remove()),
    ...entries(
      'volume',
      volumes.map(({ Name, Labels }) => ({ id: Name, Labels })),
      (id) => docker.getVolume(id).remove(),
    ),
    ...entries('image', withId(images), (id) => docker.getImage(id).remove({ force: true })),
  ];
}

function read<Schema extends z.ZodType>(schema: Schema, answer: unknown, what: string): z.infer<Schema> {
  const { data, error } = schema.safeParse(answer);
  if (error === undefined) return data;
  throw new LabError(`The container engine's list of ${what} cannot be read: ${z.prettifyError(error).slice(0, 300)}`);
}

/** Removes what bears the run's label. Returns what that was. */
export async function removeLabelled(docker: Docker, runId: string): Promise<Labelled[]> {
  const found = await findLabelled(docker, runId);
  for (const one of found) await one.remove();
  return found;
}

async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    // 404: gone already (an image goes with the one built upon it); 409: its removal is under way.
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}
