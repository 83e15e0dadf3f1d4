import { UsageError } from '../claim/errors.ts';
import { signatureCheck } from './attestation.ts';
import { auditRecord, type Audit } from './audit.ts';
import { recordFiles } from './record-files.ts';
import { claimFilesAt } from './sources-at.ts';

const usage = 'Name records or folders of them: npm run audit -- runs/<run id>.json';

/**
 * `npm run audit -- <record.json | folder> ...`: judges records again, and looks at seals, digests and attestations.
 * @returns the exit status: 0 nothing is wrong, 1 something is
 */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  if (args.some((arg) => arg.startsWith('-'))) throw new UsageError(usage);
  const setting = { filesAt: remembered(claimFilesAt), signatureOf: signatureCheck() };
  let failed = 0;
  for (const file of await recordFiles(args, usage)) {
    const audit = await auditRecord(file, setting);
    if (audit.faults.length > 0) failed += 1;
    for (const line of told(audit)) print(line);
  }
  return failed > 0 ? 1 : 0;
}

function told({ file, vouched, open, faults }: Audit): string[] {
  const list = (what: string, items: readonly string[]): string[] => items.map((item) => `  ${what} ${item}.`);
  return [
    `${file}: ${faults.length > 0 ? 'fails its audit' : 'nothing is wrong with it'}`,
    ...list('WRONG:', faults),
    ...list('vouched for:', vouched),
    ...list('cannot vouch for:', open),
  ];
}

/** Records of one commit share their sources. */
function remembered<Value>(find: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const value = known.get(key) ?? find(key);
    known.set(key, value);
    return value;
  };
}
