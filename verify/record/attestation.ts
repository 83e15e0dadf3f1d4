import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleVerifier } from 'sigstore';
import { z } from 'zod';
import { cacheRoot } from '../lab/places.ts';
import { RecordError } from './errors.ts';
import { statementSchema, type Statement } from './test-result.ts';

/** How the files are called that hold Sigstore bundles, one a line, beside the records that they attest. */
export const bundleSuffix = '.sigstore.jsonl';

/** The envelope of a Sigstore bundle, as far as it is read here; the library that verifies reads all of it. */
const bundleSchema = z.looseObject({
  dsseEnvelope: z.looseObject({ payload: z.base64(), payloadType: z.literal('application/vnd.in-toto+json') }),
});
type SerializedBundle = Parameters<BundleVerifier['verify']>[0];

export interface Attestation {
  readonly statement: Statement;
  /** What was signed, as it stands in the file. */
  readonly bundle: SerializedBundle;
}

/**
 * The attestations in a folder, verified by nobody yet.
 * @throws RecordError naming the file that is none
 */
export async function readAttestations(folder: string): Promise<Attestation[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(bundleSuffix)).sort();
  const lists = await Promise.all(
    names.map(async (name) => parseAttestations(await readFile(join(folder, name), 'utf8'), name)),
  );
  return lists.flat();
}

/** @throws RecordError naming the file */
export function parseAttestations(text: string, name: string): Attestation[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        const bundle = bundleSchema.parse(JSON.parse(line));
        const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8');
        return { statement: statementSchema.parse(JSON.parse(payload)), bundle: bundle as unknown as SerializedBundle };
      } catch (cause) {
        throw new RecordError(`${name} is no Sigstore bundle with an in-toto statement in it: take it again.`, {
          cause,
        });
      }
    });
}

export type Signature =
  { readonly kind: 'good'; readonly signer: string } | { readonly kind: 'bad' | 'unknown'; readonly because: string };

/** Looks once for the roots of trust: whom to believe that a signature is of the identity that it names. */
export function signatureCheck(
  find: () => Promise<BundleVerifier> = publicGood,
): (of: Attestation) => Promise<Signature> {
  let verifier: Promise<BundleVerifier> | null = null;
  return async ({ bundle }) => {
    try {
      verifier ??= find();
      await verifier;
    } catch (error) {
      return { kind: 'unknown', because: `the roots of trust could not be fetched (${messageOf(error)})` };
    }
    try {
      const { identity } = (await verifier).verify(bundle);
      return { kind: 'good', signer: identity?.subjectAlternativeName ?? 'a key without an identity' };
    } catch (error) {
      return { kind: 'bad', because: messageOf(error) };
    }
  };
}

/** Sigstore's public instance, and identities that GitHub gave to the run of a workflow. */
async function publicGood(): Promise<BundleVerifier> {
  // Loaded by those who verify: the site reads attestations, and the library takes longer to load than its records.
  const { createVerifier } = await import('sigstore');
  return await createVerifier({
    tufCachePath: join(cacheRoot(), 'sigstore'),
    certificateIssuer: 'https://token.actions.githubusercontent.com',
    retry: 0,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
