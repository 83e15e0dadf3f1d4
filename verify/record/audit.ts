import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readAttestations, type Attestation, type Signature } from './attestation.ts';
import { diskSentence } from './disk.ts';
import { RecordError } from './errors.ts';
import { runIdSchema, type RunRecord } from './record.ts';
import { rejudge, rejudgedDifferences } from './rejudge.ts';
import { readRecord } from './store.ts';
import { testResultType } from './test-result.ts';

/** Sentences about one record. */
export interface Audit {
  readonly file: string;
  /** What was looked at and found to be so. */
  readonly vouched: readonly string[];
  /** What nothing here can tell. */
  readonly open: readonly string[];
  /** What is wrong: one of them fails the audit. */
  readonly faults: readonly string[];
}

export interface AuditSetting {
  /** sha256 of the claims' and checks' files at a commit, by path; null where the commit is not at hand. */
  readonly filesAt: (commit: string) => Promise<ReadonlyMap<string, string> | null>;
  readonly signatureOf: (attestation: Attestation) => Promise<Signature>;
}

/** Never vouched for, however good a record is. */
const always =
  'that the machine is what it says and that nobody made the samples up: only other machines that find the same can tell';

/** Looks at all that a record can be held to; nothing throws for what it holds. */
export async function auditRecord(file: string, setting: AuditSetting): Promise<Audit> {
  const name = basename(file);
  try {
    const bytes = await readFile(file).catch((error: unknown) => {
      throw new RecordError(diskSentence(`The record ${name} could not be read`, error), { cause: error });
    });
    const record = await readRecord(file);
    const parts = [
      ofText(name, bytes, record),
      ofJudgement(record),
      await ofSources(record, setting),
      await ofAttestations(file, bytes, setting),
    ];
    return {
      file: name,
      vouched: parts.flatMap(({ vouched = [] }) => vouched),
      open: [...parts.flatMap(({ open = [] }) => open), always],
      faults: parts.flatMap(({ faults = [] }) => faults),
    };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return { file: name, vouched: [], open: [always], faults: [error.message] };
  }
}

type Part = Partial<Omit<Audit, 'file'>>;

/** The seal was looked at when the record was read; here what no seal sees. */
function ofText(name: string, bytes: Buffer, record: RunRecord): Part {
  const faults: string[] = [];
  const written = Buffer.from(`${JSON.stringify(JSON.parse(bytes.toString('utf8')))}\n`);
  if (!written.equals(bytes)) {
    const at = bytes.findIndex((byte, index) => byte !== written[index]);
    faults.push(
      `byte ${String(at === -1 ? bytes.length : at)} is not as this project writes records: the text was changed, if not its meaning`,
    );
  }
  const called = name.slice(0, -'.json'.length);
  if (runIdSchema.safeParse(called).success && called !== record.run) {
    faults.push(`the file is called run ${called} and holds run ${record.run}`);
  }
  const ids = record.claims.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) faults.push(`the claim ${twice} is in it twice`);
  return record.seal === undefined
    ? { faults, open: ['that nothing was changed since it was written: it is older than seals'] }
    : { faults, vouched: ['nothing was changed since it was sealed, unless it was sealed anew'] };
}

function ofJudgement(record: RunRecord): Part {
  const faults = rejudgedDifferences(record, rejudge(record)).map(
    ({ where, recorded, judged }) => `${where.join(' > ')} says ${recorded}, and its samples say ${judged}`,
  );
  return faults.length > 0
    ? { faults }
    : { vouched: [`its ${String(record.claims.length)} verdicts follow from its samples by the rules in it`] };
}

/** Whether the claims and checks that ran are those of the commit that the record names. */
async function ofSources({ tool, claims }: RunRecord, { filesAt }: AuditSetting): Promise<Part> {
  if (tool.commit === null) return { open: ['which version of the checks ran: it names no commit'] };
  const files = await filesAt(tool.commit);
  const commit = tool.commit.slice(0, 12);
  if (files === null) return { open: [`which checks ran: the commit ${commit} is not in this clone`] };
  const others = claims.filter(
    ({ id, digests }) =>
      files.get(`claims/${id}.mdx`) !== digests.claim || (files.get(`claims/${id}.check.ts`) ?? null) !== digests.check,
  );
  return others.length === 0
    ? { vouched: [`claims and checks are, byte for byte, those of commit ${commit}`] }
    : {
        open: [
          `what ran as ${others.map(({ id }) => id).join(', ')}: it was not the claim and check of commit ${commit}`,
        ],
      };
}

async function ofAttestations(file: string, bytes: Buffer, { signatureOf }: AuditSetting): Promise<Part> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const [vouched, open, faults]: [string[], string[], string[]] = [[], [], []];
  const named = (await readAttestations(dirname(file))).flatMap((attestation) => {
    const subjects = attestation.statement.subject.filter((subject) => subject.name === basename(file));
    const others = subjects.filter((subject) => subject.digest['sha256'] !== digest);
    if (others.length > 0) faults.push('an attestation names this file with other content: it was changed since');
    return others.length > 0 || !attestation.statement.subject.some((subject) => subject.digest['sha256'] === digest)
      ? []
      : [attestation];
  });
  for (const attestation of named) {
    const what =
      attestation.statement.predicateType === testResultType ? 'test result' : attestation.statement.predicateType;
    const signature = await signatureOf(attestation);
    if (signature.kind === 'good')
      vouched.push(`attested by ${signature.signer} (${what}); whether to trust that name is yours to say`);
    else if (signature.kind === 'bad')
      faults.push(`its attestation (${what}) is not signed as it says: ${signature.because}`);
    else open.push(`whether its attestation (${what}) is genuine: ${signature.because}`);
  }
  if (named.length === 0) open.push('who made it and where: no attestation names it');
  return { vouched, open, faults };
}
