import { styleText } from 'node:util';
import { printable } from '../record/printable.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What goes on, for a person: a line for each verdict, and on a terminal one live line with the time left. */
export interface Progress {
  /** A thing of set-up begins; call the result with what came of it. */
  step(what: string): (outcome: string) => void;
  started(id: string): void;
  settled(id: string, verdict: Verdict, summary: string, durationMs: number): void;
  say(line: string): void;
  end(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly total: number;
  /** Milliseconds that a claim took the last time; those never seen count as the median of the others. */
  readonly lastDurations: ReadonlyMap<string, number>;
  readonly planned: readonly string[];
  /** How many claims run side by side where this one does: such count for less wall-clock time. */
  readonly atOnce: (id: string) => number;
}

const marks: Record<Verdict, [string, 'green' | 'red' | 'yellow' | 'gray' | 'blue' | 'magenta']> = {
  verified: ['✔', 'green'],
  refuted: ['✘', 'red'],
  mixed: ['◐', 'yellow'],
  inconclusive: ['?', 'yellow'],
  'not-run': ['–', 'gray'],
  attributed: ['“', 'blue'],
  broken: ['!', 'magenta'],
};

function verdictMark(verdict: Verdict): string {
  const [sign, colour] = marks[verdict];
  return styleText(colour, `${sign} ${verdict}`);
}

/** Prints to a terminal or to a log; in a log every line stands for itself. */
export function startProgress(options: ProgressOptions): Progress {
  const { stream } = options;
  const running = new Set<string>();
  const open = new Set(options.planned);
  let done = 0;
  const clear = (): void => {
    if (stream.isTTY) stream.write('\r\x1b[2K');
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
    draw();
  };
  const draw = (): void => {
    if (!stream.isTTY || running.size === 0) return;
    clear();
    const left = timeLeft([...open], options);
    const text = `  ${String(done)}/${String(options.total)} · ${[...running].join(', ')} · ${left}`;
    stream.write(styleText('gray', text.slice(0, Math.max(20, stream.columns - 1))));
  };
  const timer = stream.isTTY ? setInterval(draw, 500) : null;
  return {
    step: (what) => {
      const begun = performance.now();
      line(styleText('gray', `· ${what} ...`));
      return (outcome) => {
        line(styleText('gray', `· ${what}: ${outcome} (${seconds(performance.now() - begun)})`));
      };
    },
    started: (id) => {
      running.add(id);
      draw();
    },
    settled: (id, verdict, summary, durationMs) => {
      running.delete(id);
      open.delete(id);
      done += 1;
      // A check may quote what a container printed; a terminal must not obey it.
      line(`${verdictMark(verdict)}  ${id} (${seconds(durationMs)})\n    ${printable(summary)}`);
    },
    say: line,
    end: () => {
      if (timer !== null) clearInterval(timer);
      clear();
    },
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** An estimate in words; no number where nothing is known yet. */
export function timeLeft(
  open: readonly string[],
  { lastDurations, atOnce }: Pick<ProgressOptions, 'lastDurations' | 'atOnce'>,
): string {
  const known = [...lastDurations.values()].sort((a, b) => a - b);
  const typical = known[Math.floor(known.length / 2)];
  if (typical === undefined) return `${String(open.length)} to go`;
  const total = open.reduce((sum, id) => sum + (lastDurations.get(id) ?? typical) / atOnce(id), 0);
  return total < 60_000
    ? `about ${String(Math.ceil(total / 1000))} s left`
    : `about ${String(Math.ceil(total / 60_000))} min left`;
}
