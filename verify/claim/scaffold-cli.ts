import { UsageError } from './errors.ts';
import { displayPath } from './problem.ts';
import { claimsRoot } from './root.ts';
import { writeSkeleton } from './scaffold.ts';

/** `npm run claim:new -- <topic>/<claim>`: writes the skeleton of a planned claim and of its check. */
export async function main(args: readonly string[], print: (text: string) => void = console.log): Promise<number> {
  const [id, ...others] = args;
  if (id === undefined || others.length > 0) {
    throw new UsageError('Name one claim: npm run claim:new -- <topic>/<claim>');
  }
  const root = claimsRoot();
  const files = await writeSkeleton(root, id);
  print(`Wrote ${files.map((file) => displayPath(root, file)).join(' and ')}. The statement is yours to fill in.`);
  return 0;
}
