/** Where work runs. Everything that a check does, it does through subjects, so that the same instrument runs in each. */
export interface Subject {
  readonly kind: 'host' | 'container' | 'guest';
  /** For people and records: "container", "container, hardened", "guest, minimal". No ids, no host names. */
  readonly label: string;
  /** True for a guest without hardware acceleration: its times are upper bounds, its rates lower ones. */
  readonly emulated: boolean;
  /** Runs one command (an argument vector, no shell) to its end. Rejects with a LabError on a non-zero exit unless `reject` is false. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

export interface ExecOptions {
  readonly stdin?: string;
  /** Default 30,000. Running over rejects with the tail of what was printed. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** "uid" or "uid:gid". */
  readonly user?: string;
  readonly reject?: boolean;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}
