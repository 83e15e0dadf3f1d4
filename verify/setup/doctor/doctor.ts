import { styleText } from 'node:util';
import { loadCatalogue } from '../../claim/catalogue.ts';
import { needSchema, type Need } from '../../claim/claim.ts';
import { commandLine } from '../../claim/command-line.ts';
import { UsageError } from '../../claim/errors.ts';
import { collectMachine } from './collect.ts';
import { costsOf, type Costs } from './costs.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { unmetRequirements } from './requirements.ts';

type Priced = Diagnosis & { readonly costs: Costs };

/**
 * `npm run doctor`: what is there, what is missing, which claims each missing thing costs, and the line that would mend
 * it. Changes nothing. Returns the exit status: 1 where something that `--needs` names is missing, else 0.
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const options = parse(args);
  const [machine, { claims }] = await Promise.all([collectMachine({ probe: options.probe }), loadCatalogue()]);
  const priced = diagnose(machine).map((item) => ({ ...item, costs: costsOf(item.unmet, claims) }));
  const text = options.json ? `${JSON.stringify(priced, null, 2)}\n` : printed(priced, claims.length);
  process.stdout.write(text);
  const unmet = unmetRequirements(options.needs, priced);
  for (const sentence of unmet) process.stderr.write(`${loud(sentence)}\n`);
  return unmet.length > 0 ? 1 : 0;
}

/** On a GitHub runner it also stands at the head of the job's page. */
const loud = (sentence: string): string =>
  process.env['GITHUB_ACTIONS'] === 'true' ? `::error title=Not fit for this job::${sentence}` : sentence;

interface Options {
  readonly json: boolean;
  readonly probe: boolean;
  /** Without any of these the command fails. */
  readonly needs: readonly Need[];
}

function parse(args: readonly string[]): Options {
  const { json = false, probe = false, needs = [] } = parsed(args);
  const known = needs.flatMap((need) => needSchema.safeParse(need).data ?? []);
  const wrong = needs.find((need) => !needSchema.safeParse(need).success);
  if (wrong !== undefined) throw new UsageError(`--needs is "${wrong}"; it can be ${needSchema.options.join(', ')}.`);
  return { json, probe, needs: known };
}

function parsed(args: readonly string[]) {
  return commandLine(args, 'npm run doctor -- [--json] [--probe] [--needs NEED]', {
    options: { json: { type: 'boolean' }, probe: { type: 'boolean' }, needs: { type: 'string', multiple: true } },
  }).values;
}

const marks = {
  there: styleText('green', '✔'),
  limited: styleText('yellow', '~'),
  missing: styleText('red', '✘'),
};

function printed(items: readonly Priced[], total: number): string {
  const lines = items.flatMap(({ state, what, says, costs, fix }) => [
    `${marks[state]} ${styleText('bold', what)}: ${says}`,
    ...costLines(costs),
    ...(fix === null ? [] : [`    mend: ${fix}`]),
  ]);
  const lost = new Set(items.flatMap(({ costs }) => costs.whole));
  const cut = new Set(items.flatMap(({ costs }) => costs.inPart).filter((id) => !lost.has(id)));
  const here = `${String(total - lost.size)} of ${String(total)} claims can be run here`;
  return `${[...lines, '', `${here}, ${String(cut.size)} of them in part.`].join('\n')}\n`;
}

function costLines({ whole, inPart }: Costs): readonly string[] {
  return [
    ...(whole.length === 0 ? [] : [`    costs ${counted(whole)}`]),
    ...(inPart.length === 0 ? [] : [`    costs findings of ${counted(inPart)}`]),
  ];
}

const named = 4;

function counted(ids: readonly string[]): string {
  const more = ids.length > named ? `, and ${String(ids.length - named)} more` : '';
  return `${String(ids.length)} ${ids.length === 1 ? 'claim' : 'claims'}: ${ids.slice(0, named).join(', ')}${more}`;
}
