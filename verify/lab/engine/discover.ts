import type { Engine } from './types.ts';
import { attachEngine, dockerClient } from './attach.ts';
import { engineCandidates, type Candidate } from './candidates.ts';

/** An address that was tried, and why it was not taken. */
export interface FailedAttempt extends Candidate {
  readonly because: string;
}

export interface Discovery {
  readonly engine: Engine | null;
  /** Who named the engine that was found. */
  readonly source: string | null;
  readonly failed: readonly FailedAttempt[];
}

const pingDeadlineMs = 3_000;

/** Looks for an engine that runs already, in the order of DOCKER_HOST, context, sockets; the first that answers is it. */
export async function discoverEngine(
  runId: string,
  candidates: readonly Candidate[] = engineCandidates(),
): Promise<Discovery> {
  const failed: FailedAttempt[] = [];
  for (const candidate of candidates) {
    const because = await whyNot(candidate.address);
    if (because !== null) {
      failed.push({ ...candidate, because });
      continue;
    }
    const engine = attachEngine({ runId, socketPath: candidate.address, private: false, netns: null });
    return { engine, source: candidate.source, failed };
  }
  return { engine: null, source: null, failed };
}

/** Null where the engine answers and runs Linux containers; else the reason as a sentence. */
async function whyNot(address: string): Promise<string | null> {
  try {
    const docker = dockerClient(address, pingDeadlineMs);
    await docker.ping();
    const info: unknown = await docker.info();
    if (typeof info !== 'object' || info === null || !('ID' in info || 'ServerVersion' in info)) {
      return 'What answers there is no container engine.';
    }
    const system = 'OSType' in info ? info.OSType : 'linux';
    return system === 'linux' ? null : `It runs ${String(system)} containers, and these claims are about Linux ones.`;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  switch (code) {
    case 'EACCES':
      return 'This user may not open its socket; join its group (often "docker") or use sudo.';
    case 'ENOENT':
      return 'Its socket does not exist; the engine is not running.';
    case 'ECONNREFUSED':
      return 'Nothing listens there; the engine is not running.';
    default:
      return message ?? String(error);
  }
}
