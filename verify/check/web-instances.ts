import { availableParallelism } from 'node:os';
import { firstAnswer } from './http.ts';
import { inTurns } from './in-turns.ts';
import type { Lab } from './lab.ts';
import type { Container } from '../lab/container/types.ts';
import { LabError } from '../lab/errors.ts';
import type { RunningGuest } from '../lab/guest/types.ts';
import { hostTool } from '../lab/host/tool.ts';
import { askForPages, webServer, type Asked } from '../workload/web-server.ts';

type Exec = Parameters<typeof askForPages>[0];

/** How long the last of many instances may take until it answers. */
const patienceSeconds = 60;

const indices = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Asks containers for their page, from where the engine's bridge is; returns how many requests were answered with it. */
export async function askContainers(
  lab: Pick<Lab, 'engine'>,
  boxes: readonly Container[],
  asked: Omit<Asked, 'targets'>,
): Promise<number> {
  const targets = await inTurns(boxes, 8, async (box) => `${await box.address()}:80`);
  const engine = lab.engine();
  const exec: Exec = (command, options) => engine.hostNetworkExec(command, options);
  return askForPages(exec, await hostTool('busybox', 'busybox-static'), { ...asked, targets });
}

/** The same of guests, through the ports of this machine's loopback that lead to them. */
export async function askGuests(
  lab: Lab,
  guests: readonly RunningGuest[],
  asked: Omit<Asked, 'targets'>,
): Promise<number> {
  const targets = guests.map((guest) => guest.address(80)).map(({ host, port }) => `${host}:${String(port)}`);
  const exec: Exec = (command, options) => lab.host.exec(command, options);
  return askForPages(exec, await hostTool('busybox', 'busybox-static'), { ...asked, targets });
}

/**
 * Starts containers of the bare tree that serve its page, and waits until each has answered.
 * @param server one of `webServer`
 */
export async function webContainers(
  lab: Lab,
  count: number,
  server: string = webServer.plain,
): Promise<readonly Container[]> {
  const boxes = await inTurns(indices(count), 4, () => lab.container({ image: 'bare', command: ['sh', '-c', server] }));
  const answered = await askContainers(lab, boxes, { rounds: 1, patienceSeconds });
  if (answered === count) return boxes;
  throw new LabError(`Of ${String(count)} web servers in containers, ${String(answered)} answered.`);
}

/**
 * Boots guests of the bare tree, which serve its page, as many at once as there are processors, and waits until each has
 * answered. `restored`: from one saved state instead.
 */
export async function webGuests(
  lab: Lab,
  count: number,
  { restored = false }: { readonly restored?: boolean } = {},
): Promise<readonly RunningGuest[]> {
  return inTurns(indices(count), availableParallelism(), async () => {
    const options = { image: 'bare', publish: [80] } as const;
    const guest = restored ? await lab.restoredGuest(options) : await lab.guest({ ...options, withoutAgent: true });
    await firstAnswer(guest.address(80), { timeoutMs: 1000 * patienceSeconds });
    return guest;
  });
}
