import type { Claim } from '../claim/catalogue.ts';
import { needsOf } from '../run/stages.ts';
import { carryOut, decidePackages } from './install.ts';
import type { Purpose } from './parts.ts';

export interface RunPackagesOptions {
  readonly claims: readonly Claim[];
  /** The user agreed beforehand. */
  readonly yes: boolean;
  readonly say: (line: string) => void;
}

/**
 * Sees to the system packages that these claims need. Resolves when every question is answered; `ready` resolves later,
 * when packages are installed or it is clear that they will not be, and never rejects: what is missing then has its own
 * reason.
 */
export async function systemPackages({ claims, yes, say }: RunPackagesOptions): Promise<{ ready: Promise<void> }> {
  const purposes = new Set<Purpose>(claims.flatMap((claim) => [...needsOf(claim)]));
  const plan = await decidePackages({ purposes, yes });
  if (plan.kind === 'install') {
    const names = plan.parts.map(({ id }) => id).join(', ');
    say(names === '' ? 'Fetching the lists of apt ...' : `Installing system packages for: ${names} ...`);
  }
  return { ready: tell(plan, say) };
}

async function tell(plan: Awaited<ReturnType<typeof decidePackages>>, say: (line: string) => void): Promise<void> {
  try {
    for (const line of await carryOut(plan)) say(line);
  } catch (error) {
    say(`Installing system packages failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
