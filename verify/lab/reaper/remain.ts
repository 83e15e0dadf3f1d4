/** Something of a run that is still there, and how to remove it. */
export interface Remain {
  readonly runId: string;
  /** For people: "network namespace bare-claims-...". */
  readonly what: string;
  remove(): Promise<void>;
  /** It is nobody's where no folder of a run tells of its run: on a disk it may be older than the machine's last start. */
  readonly ownerless?: boolean;
  /** It says whose the run is. */
  readonly isOwnersFolder?: boolean;
}

/** Run ids in the names of things: `20261121T101502Z-1a2b3c4d`. */
const runIdPattern = /\d{8}T\d{6}Z-[0-9a-f]{8}/;

export function runIdIn(text: string): string | null {
  return runIdPattern.exec(text)?.[0] ?? null;
}

export function isRunId(text: string): boolean {
  return new RegExp(`^${runIdPattern.source}$`).test(text);
}
