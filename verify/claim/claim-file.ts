import { createHash } from 'node:crypto';
import { claimSchema, type ClaimFrontmatter } from './claim.ts';
import type { Problem } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** The parts of every claim's page, in this order. */
export const sections = [
  'What the articles say',
  'What we did',
  'What would count against it',
  'What came out',
  'What it means in practice',
  'Limits',
  'Reproduce',
] as const;

export interface ClaimFile {
  readonly frontmatter: ClaimFrontmatter;
  readonly body: string;
}

/** sha256 of a file's content, in hex. */
export const contentDigest = (content: string): string => createHash('sha256').update(content).digest('hex');

/** A claim's text taken apart. `problems` has all that its own text shows; other files are not looked at. */
export function parseClaimFile(text: string, file: string): { claim?: ClaimFile; problems: Problem[] } {
  const match = /^---\r?\n(.*?)^---[ \t]*\r?$/ms.exec(text);
  if (match?.index !== 0) {
    return { problems: [{ file, line: 1, message: 'it must begin with frontmatter between two lines "---".' }] };
  }
  const body = text.slice(match[0].length);
  const bodyLine = match[0].split('\n').length;
  const headings = headingProblems(body, file, bodyLine);
  const parsed = parseYaml(match[1] ?? '', claimSchema, file, 2);
  if ('problems' in parsed) return { problems: [...parsed.problems, ...headings] };
  return { claim: { frontmatter: parsed.value, body }, problems: headings };
}

function headingProblems(body: string, file: string, firstLine: number): Problem[] {
  const found = secondLevelHeadings(body);
  const expected: readonly string[] = sections;
  const place = Array.from({ length: Math.max(found.length, expected.length) }, (_, index) => index).find(
    (index) => found[index]?.title !== expected[index],
  );
  if (place === undefined) return [];
  const [is, should] = [found[place], expected[place]];
  const line = firstLine + (is?.line ?? body.split('\n').length - 1);
  if (should === undefined) {
    return [
      {
        file,
        line,
        message: `the heading "## ${is?.title ?? ''}" is one too many: the parts end with "${sections[6]}".`,
      },
    ];
  }
  const instead = is === undefined ? 'the text ends' : `"## ${is.title}" stands`;
  return [
    {
      file,
      line,
      message: `"## ${should}" must come here, where ${instead}. The parts, in order: ${sections.join(' · ')}.`,
    },
  ];
}

/** `line`: how many lines of the body stand before it. */
function secondLevelHeadings(body: string): { title: string; line: number }[] {
  const headings: { title: string; line: number }[] = [];
  let fence: string | undefined;
  for (const [line, text] of body.split('\n').entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence === undefined) {
      fence = mark;
      const title = /^## +(.*?)[ \t#]*\r?$/.exec(text)?.[1];
      if (mark === undefined && title !== undefined) headings.push({ title, line });
    } else if (mark?.startsWith(fence) === true) {
      fence = undefined;
    }
  }
  return headings;
}
