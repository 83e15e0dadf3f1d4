import { basename, relative, sep } from 'node:path';

/** Why a claim or an article's ledger is left out. `file` is relative to the project, so that it can be published. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  /** Dotted path of the field: `findings.start.rule.threshold`. */
  readonly field?: string;
  /** A sentence: what is wrong, with which value, and what to write instead. */
  readonly message: string;
}

/** `claims/startup/x.mdx:7: findings.start: the message`. */
export function problemLine({ file, line, field, message }: Problem): string {
  const place = line === undefined ? file : `${file}:${String(line)}`;
  return field === undefined ? `${place}: ${message}` : `${place}: ${field}: ${message}`;
}

/** How problems and people name a file below the claims folder: `claims/startup/x.mdx`, with forward slashes. */
export function displayPath(root: string, file: string): string {
  return [basename(root), ...relative(root, file).split(sep)].join('/');
}
