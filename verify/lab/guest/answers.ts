interface AnswerHandlers {
  readonly ready: () => void;
  readonly done: (id: string, status: number, stdout: Buffer, stderr: Buffer) => void;
}

/** A line of the agent has about 60 bytes. A guest that prints without end must not fill the host's memory. */
const longestLine = 4096;
/** Far more than any check has printed. */
const largestAnswer = 2 ** 30;

const doneLine = /^done (\S+) (\d{1,3}) (\d{1,10}) (\d{1,10})$/;

/**
 * Reads what the agent sends, however it is cut into chunks: lines, and after a `done` line as many bytes as it says.
 * Lines that are neither READY nor `done` are skipped: the rest of an answer whose head went to somebody else, or what a
 * guest that means ill sends in their place. Whoever waits for that answer learns that none came.
 */
export function answerReader({ ready, done }: AnswerHandlers): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted: { readonly id: string; readonly status: number; readonly out: number; readonly err: number } | null =
    null;
  let lineIsTooLong = false;

  const take = (bytes: number): Buffer => {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks = [all.subarray(bytes)];
    held -= bytes;
    return all.subarray(0, bytes);
  };
  const onLine = (line: string): void => {
    if (line === 'READY') ready();
    const [, id, ...numbers] = doneLine.exec(line) ?? [];
    if (id === undefined) return;
    const [status = 0, out = 0, err = 0] = numbers.map(Number);
    if (out + err <= largestAnswer) wanted = { id, status, out, err };
  };
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    for (;;) {
      if (wanted !== null) {
        const { id, status, out, err }: NonNullable<typeof wanted> = wanted;
        if (held < out + err) return;
        const [stdout, stderr] = [take(out), take(err)];
        wanted = null;
        done(id, status, stdout, stderr);
      } else {
        const lineEnd = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.indexOf(10) ?? -1;
        if (lineEnd < 0) {
          if (held <= longestLine) return;
          lineIsTooLong = true;
          take(held);
          return;
        }
        const line = take(lineEnd + 1);
        if (!lineIsTooLong && lineEnd <= longestLine) onLine(line.toString('utf8', 0, lineEnd));
        lineIsTooLong = false;
      }
    }
  };
}
