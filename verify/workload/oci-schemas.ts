import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { LabError } from '../lab/errors.ts';
import { unpackedPackage } from '../lab/unpacked-package.ts';

/** Documents of which an image consists, by the OCI Image Format Specification. */
export type OciDocument = 'manifest' | 'config' | 'index' | 'layout';

const files: Readonly<Record<OciDocument, string>> = {
  manifest: 'image-manifest-schema.json',
  config: 'config-schema.json',
  index: 'image-index-schema.json',
  layout: 'image-layout-schema.json',
};

export interface OciSchemas {
  /** Where the schemas come from, for people: the package with its version. */
  readonly source: string;
  /** What the schema has against a document; null where it has nothing. */
  complaint(kind: OciDocument, document: unknown): string | null;
}

/**
 * The JSON Schemas that the specification's own repository carries, as the distribution packages it.
 * @throws NotHereError where apt does not offer the package
 */
export async function ociSchemas(): Promise<OciSchemas> {
  const { name, version, directory } = await unpackedPackage('golang-github-opencontainers-image-spec-dev');
  const folder = join(directory, 'usr/share/gocode/src/github.com/opencontainers/image-spec/schema');
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const file of await readdir(folder)) {
    if (file.endsWith('.json')) ajv.addSchema(readSchema(await readFile(join(folder, file), 'utf8')), file);
  }
  return {
    source: `${name} ${version}`,
    complaint: (kind, document) => {
      const validate = ajv.getSchema(files[kind]);
      if (validate === undefined) throw new LabError(`Package ${name} ${version} has no ${files[kind]}.`);
      return validate(document) === true ? null : ajv.errorsText(validate.errors, { dataVar: kind });
    },
  };
}

/**
 * The schemas are of draft 4 and refer to each other by file name, but name themselves by addresses under which there is
 * no such file. Without these names the references hold; what else they use means the same in the draft that ajv reads.
 */
function readSchema(text: string): object {
  return JSON.parse(text, (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  ) as object;
}
