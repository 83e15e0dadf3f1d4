import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import type { BundleVerifier } from 'sigstore';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { main as keep } from './attest-cli.ts';
import { signatureCheck } from './attestation.ts';
import { main } from './audit-cli.ts';
import { auditRecord, type AuditSetting } from './audit.ts';
import { claimRecord, runRecord } from './fixture.ts';
import type { RunRecord } from './record.ts';
import { rejudge } from './rejudge.ts';
import { verdictsOf } from './run-verdicts.ts';
import { sealed } from './seal.ts';
import { claimFilesAt } from './sources-at.ts';
import { recordText, writeRecord } from './store.ts';
import { statementSchema, testResult, testResultSchema, testResultType } from './test-result.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-audit-'));
afterAll(() => rm(folder, { recursive: true }));
const newFolder = (): Promise<string> => mkdtemp(join(folder, 'records-'));

const nothing: AuditSetting = {
  filesAt: () => Promise.resolve(null),
  signatureOf: () => Promise.resolve({ kind: 'unknown', because: 'nobody was asked' }),
};
const commit = 'c'.repeat(40);
const good = sealed(rejudge(runRecord({ tool: { version: '0.1.0', commit } })));

test('a record as it was sealed has no faults, and says what nobody can vouch for', async () => {
  const { vouched, open, faults } = await auditRecord(await writeRecord(await newFolder(), good), nothing);
  expect(faults).toEqual([]);
  expect(vouched.join('\n')).toMatch(/nothing was changed since it was sealed.*\nits 1 verdicts follow/);
  expect(open.join('\n')).toMatch(
    /commit c{12} is not in this clone[^]*no attestation names it[^]*made the samples up/,
  );
});

test('a record with any one byte changed fails its audit by name', async () => {
  const file = await writeRecord(await newFolder(), good);
  const bytes = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
      const changed = Buffer.from(bytes);
      changed[place] = (bytes[place] ?? 0) ^ flip;
      await writeFile(file, changed);
      const audit = await auditRecord(file, nothing);
      expect(audit.faults).not.toEqual([]);
      expect(audit.file).toBe(basename(file));
    }),
    { numRuns: 500, examples: [[bytes.length - 1, 42]] },
  );
});

test.each<[what: string, record: RunRecord, fault: RegExp]>([
  [
    'a forged verdict, sealed anew',
    sealed({ ...good, claims: [claimRecord({ verdict: 'refuted' })] }),
    /^startup\/quick says refuted, and its samples say verified$/,
  ],
  ['a claim that is in it twice', sealed({ ...good, claims: [claimRecord(), claimRecord()] }), /is in it twice/],
])('%s is a fault', async (_, record, fault) => {
  const { faults } = await auditRecord(await writeRecord(await newFolder(), record), nothing);
  expect(faults.join('\n')).toMatch(fault);
});

test('a file that is no record, or another run than it is called, is a fault and no crash', async () => {
  const dir = await newFolder();
  const other = join(dir, '20200101T000000Z-00000000.json');
  await writeFile(other, recordText(good));
  expect((await auditRecord(other, nothing)).faults).toEqual([
    'the file is called run 20200101T000000Z-00000000 and holds run 20261121T101502Z-1a2b3c4d',
  ]);
  await writeFile(other, 'x');
  expect((await auditRecord(other, nothing)).faults).toEqual([expect.stringMatching(/is not valid JSON/)]);
  expect((await auditRecord(join(dir, 'none.json'), nothing)).faults).toEqual([expect.stringMatching(/no such file/)]);
});

test('checks are looked up in the commit that the record names', async () => {
  const dir = await newFolder();
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { cwd: dir });
  await git('init', '-q');
  await execa('mkdir', ['-p', 'claims/startup'], { cwd: dir });
  await writeFile(join(dir, 'claims/startup/quick.mdx'), 'words');
  await writeFile(join(dir, 'claims/startup/quick.check.ts'), 'code');
  await git('add', '.');
  await git('commit', '-q', '-m', 'x');
  const head = (await git('rev-parse', 'HEAD')).stdout;
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const setting = { ...nothing, filesAt: (of: string) => claimFilesAt(of, dir) };
  const audited = async (check: string) => {
    const claims = [claimRecord({ digests: { claim: sha('words'), check: sha(check) } })];
    const record = sealed(rejudge({ ...good, tool: { version: '0.1.0', commit: head }, claims }));
    return await auditRecord(await writeRecord(await newFolder(), record), setting);
  };
  expect((await audited('code')).vouched.join('\n')).toMatch(/byte for byte, those of commit [0-9a-f]{12}/);
  expect((await audited('other code')).open.join('\n')).toMatch(/what ran as startup\/quick: it was not the claim/);
  expect(await claimFilesAt(commit, dir)).toBeNull();
});

/** A Sigstore bundle of a statement about a file, signed with a key of its own. */
async function bundleOf(file: string, key: KeyObject): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: basename(file), digest: { sha256: digest } }],
    predicateType: testResultType,
    predicate: testResult([verdictsOf(good)]),
  };
  expect(testResultSchema.parse(statementSchema.parse(statement).predicate).passedTests).toEqual([
    'startup/quick (x86_64, tcg, apparmor)',
  ]);
  const payloadType = 'application/vnd.in-toto+json';
  const payload = Buffer.from(JSON.stringify(statement));
  // Pre-authentication encoding of the DSSE protocol.
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${String(payloadType.length)} ${payloadType} ${String(payload.length)} `),
    payload,
  ]);
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: 'test' },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ keyid: '', sig: sign('sha256', signed, key).toString('base64') }],
    },
  });
}

/** The verifier of Sigstore's library, trusting one key and asking for no log. */
function trusting(publicKey: KeyObject): () => Promise<BundleVerifier> {
  const material = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey, validFor: () => true }),
  };
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  return () => Promise.resolve({ verify: (bundle) => verifier.verify(toSignedEntity(bundleFromJSON(bundle))) });
}

test('an attestation is believed when its signature is of a trusted key, and names the file by its content', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dir = await newFolder();
  const file = await writeRecord(dir, good);
  const bundle = join(folder, 'attestation.json');
  await writeFile(bundle, await bundleOf(file, privateKey));
  const printed: string[] = [];
  expect(await keep([dir, bundle], (line) => void printed.push(line))).toBe(0);
  expect(printed).toEqual([`${good.run}.sigstore.jsonl attests 1 records.`]);

  const trusted = await auditRecord(file, { ...nothing, signatureOf: signatureCheck(trusting(publicKey)) });
  expect(trusted.faults).toEqual([]);
  expect(trusted.vouched.join('\n')).toMatch(/attested by a key without an identity \(test result\)/);

  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const distrusted = await auditRecord(file, { ...nothing, signatureOf: signatureCheck(trusting(stranger)) });
  expect(distrusted.faults.join('\n')).toMatch(/its attestation \(test result\) is not signed as it says/);

  const offline = signatureCheck(() => Promise.reject(new Error('no network')));
  const unknown = await auditRecord(file, { ...nothing, signatureOf: offline });
  expect(unknown.faults).toEqual([]);
  expect(unknown.open.join('\n')).toMatch(/roots of trust could not be fetched \(no network\)/);

  await writeRecord(dir, sealed({ ...good, seed: 2 }));
  const changed = await auditRecord(file, nothing);
  expect(changed.faults.join('\n')).toMatch(/an attestation names this file with other content/);
  await expect(keep([dir, bundle], () => undefined)).rejects.toThrow(/does not attest/);
  await writeFile(bundle, '{"a": 1}');
  await expect(keep([dir, bundle], () => undefined)).rejects.toThrow(/attestation\.json is no Sigstore bundle/);
});

test('the command names each record, ends with 1 where one fails, and takes folders', async () => {
  const dir = await newFolder();
  await writeRecord(dir, good);
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  expect(await main([dir], print)).toBe(0);
  expect(printed[0]).toBe(`${good.run}.json: nothing is wrong with it`);
  await writeFile(join(dir, '20270101T000000Z-00000000.json'), recordText(good).replace('verified', 'refuted'));
  printed.length = 0;
  expect(await main([dir], print)).toBe(1);
  expect(printed.join('\n')).toMatch(
    /20270101T000000Z-00000000\.json: fails its audit\n {2}WRONG: .* was changed after it was sealed: claim startup\/quick: its verdict/,
  );
  await expect(main([await newFolder()], print)).rejects.toThrow(/There is no record to look at/);
  await expect(main(['--x'], print)).rejects.toThrow(/Name records/);
});
