import { stringify } from 'yaml';
import type { Article } from './claim.ts';
import { sections } from './claim-file.ts';

/** Stands in a skeleton's statement until somebody writes it; the catalogue refuses it by name. */
export const placeholder = 'Fill in:';

type Section = (typeof sections)[number];

/** What belongs into each part; of a finished claim none of these words is left. */
const prompts: Readonly<Record<Section, string>> = {
  'What the articles say': 'In our words: which article says what, and what a reader takes from it.',
  'What we did': 'The experiment, so that a reader could repeat it by hand.',
  'What would count against it': 'The outcome that would refute the claim, and what each control shows.',
  'What came out': '<Findings />',
  'What it means in practice': '<Result />\n\nWhat a reader should do differently, and when not.',
  Limits: 'What this experiment cannot tell.',
  Reproduce: '<Reproduce />',
};

/** The parts in which the skeleton's own words still stand. */
export function unwritten(body: string): Section[] {
  return sections.filter((section) => {
    const own = prompts[section].split('\n').filter((line) => line !== '' && !line.startsWith('<'));
    return own.some((line) => body.includes(line));
  });
}

/** A claim file that is whole but for its words: one finding by true or false, with controls of both kinds. */
export function claimSkeleton(sources: Partial<Record<Article, number[]>>): string {
  const frontmatter = {
    statement: `${placeholder} what the articles assert, in one sentence.`,
    sources,
    kind: 'observed',
    subjects: ['container'],
    needs: ['engine'],
    combine: 'all',
    findings: {
      'first-question': {
        label: 'The question that this finding settles, in a few words',
        rule: { kind: 'isTrue' },
        controls: {
          'known-true': { must: 'hold', label: 'A condition under which the answer is known to be yes' },
          'known-false': { must: 'fail', label: 'A condition under which the answer is known to be no' },
        },
      },
    },
    expected: [],
    revision: 1,
  };
  const body = sections.map((section) => `\n## ${section}\n\n${prompts[section]}\n`).join('');
  return `---\n${stringify(frontmatter, { singleQuote: true, lineWidth: 120, flowCollectionPadding: false })}---\n${body}`;
}

/** The check that belongs to it. */
export const checkSkeleton = `import { check, truth, type Subject } from '#verify';

export default check(async ({ lab, finding }) => {
  const container = await lab.container({ image: 'bare', command: ['sleep', '600'] });
  const observed = (subject: Subject, command: readonly string[]) =>
    truth(async () => {
      const { exitCode, stdout } = await subject.exec(command, { reject: false });
      return { value: exitCode === 0, saw: stdout };
    });

  await finding('first-question', {
    measure: observed(container, ['true']),
    controls: {
      'known-true': observed(container, ['true']),
      'known-false': observed(container, ['false']),
    },
  });
});
`;
