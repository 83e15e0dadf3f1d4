/** What a cell shows of a finding. */
export interface CellSource {
  readonly claim: string;
  readonly finding: string;
  /** What was judged, one of the two that it compares, or its control of that name. */
  readonly part: 'judged' | 'subject' | 'baseline' | { readonly control: string };
  /** What the cell says when the finding holds or fails and has no number. */
  readonly words?: { readonly holds: string; readonly fails: string };
}

/** One row of the comparison: a question, and the finding that answers it on either side. */
export interface CompareRow {
  readonly question: string;
  /** Shown on the home page too. */
  readonly headline: boolean;
  /** Left out where the question does not arise. */
  readonly container?: CellSource;
  readonly guest?: CellSource;
}

const cell = (
  claim: string,
  finding: string,
  part: CellSource['part'] = 'judged',
  words?: CellSource['words'],
): CellSource => ({ claim, finding, part, ...(words === undefined ? {} : { words }) });

const yes = { holds: 'Yes', fails: 'No' };
const no = { holds: 'No', fails: 'Yes' };

/** The rows in which the articles set the two side by side. A number appears once a run is on record that has it. */
export const compareRows: readonly CompareRow[] = [
  {
    question: 'How long from the request until it answers?',
    headline: true,
    container: cell('startup/container-provisions-in-milliseconds', 'first-instruction'),
    guest: cell('startup/vm-takes-minutes-to-start', 'minimal-guest'),
  },
  {
    question: 'How long with a full operating system inside?',
    headline: false,
    guest: cell('startup/vm-takes-minutes-to-start', 'full-guest'),
  },
  {
    question: 'How much memory does it take while idle?',
    headline: true,
    container: cell('resources/container-idles-on-less-than-vm', 'memory', 'subject'),
    guest: cell('resources/container-idles-on-less-than-vm', 'memory', 'baseline'),
  },
  {
    question: 'How much processor time does it take while idle?',
    headline: true,
    container: cell('resources/container-idles-on-less-than-vm', 'processor', 'subject'),
    guest: cell('resources/container-idles-on-less-than-vm', 'processor', 'baseline'),
  },
  {
    question: 'Is it the host’s kernel?',
    headline: true,
    container: cell('architecture/containers-share-the-host-kernel', 'boot-id', 'judged', yes),
    guest: cell('architecture/containers-share-the-host-kernel', 'boot-id', { control: 'guest' }, yes),
  },
  {
    question: 'Does a kernel’s failure leave the neighbours alone?',
    headline: false,
    container: cell('isolation/kernel-failure-takes-all-containers', 'panic-ends-both', 'judged', no),
    guest: cell('isolation/kernel-failure-takes-all-containers', 'other-kernel-lives', 'judged', yes),
  },
];
