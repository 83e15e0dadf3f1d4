import { isBroken } from './exit-status.ts';
import type { ClaimRecord, RunRecord } from './record.ts';

/** What came out of a run, without the samples: ten thousand of them fit into memory. */
export interface RunVerdicts extends Pick<RunRecord, 'run' | 'state' | 'host' | 'tool'> {
  readonly claims: readonly ClaimVerdict[];
}

export interface ClaimVerdict extends Pick<ClaimRecord, 'id' | 'revision' | 'digests' | 'verdict' | 'summary'> {
  /** Its check, or a supporting finding, is at fault. */
  readonly broken: boolean;
}

export function verdictsOf({ run, state, host, tool, claims }: RunRecord): RunVerdicts {
  return {
    run,
    state,
    host,
    tool,
    claims: claims.map((claim) => {
      const { id, revision, digests, verdict, summary } = claim;
      return { id, revision, digests, verdict, summary, broken: isBroken(claim) };
    }),
  };
}

/** The machine in three words: "x64, hardware, apparmor". */
export function machineWords({ host }: Pick<RunVerdicts, 'host'>): string {
  const lsm = host.lsms.find((name) => name === 'apparmor' || name === 'selinux') ?? 'no LSM';
  return `${host.architecture}, ${host.accelerator.kind}, ${lsm}`;
}
