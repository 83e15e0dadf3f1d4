/** The side of a finding that a cell shows: what was judged, or one of the two that it compares. */
export interface CellSource {
  readonly claim: string;
  readonly finding: string;
  readonly part: 'judged' | 'subject' | 'baseline';
}

/** One row of the comparison: a question, and the finding that answers it on either side. */
export interface CompareRow {
  readonly question: string;
  /** Shown on the home page too. */
  readonly headline: boolean;
  readonly container: CellSource;
  readonly guest: CellSource;
}

const cell = (claim: string, finding: string, part: CellSource['part'] = 'judged'): CellSource => ({
  claim,
  finding,
  part,
});

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
    container: cell('startup/container-provisions-in-milliseconds', 'start'),
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
    container: cell('architecture/containers-share-the-host-kernel', 'boot-id'),
    guest: cell('architecture/vm-must-run-a-full-os', 'boot-sector-refused'),
  },
  {
    question: 'Does a kernel’s failure stay inside?',
    headline: false,
    container: cell('isolation/kernel-failure-takes-all-containers', 'panic-ends-both'),
    guest: cell('isolation/kernel-failure-takes-all-containers', 'other-kernel-lives'),
  },
];
