import { readFile } from 'node:fs/promises';
import { fileRoute } from '../../../../lib/machine/file-route.ts';
import { recordIndex } from '../../../../lib/records/index.ts';

/** The record's file byte for byte, for an attestation names these bytes. It was validated when it was indexed. */
export const { getStaticPaths, GET } = fileRoute({
  type: 'application/json; charset=utf-8',
  paths: async () => (await recordIndex()).runs.map((run) => ({ params: { run: run.run }, props: { run } })),
  body: ({ run }) => readFile(run.file),
});
