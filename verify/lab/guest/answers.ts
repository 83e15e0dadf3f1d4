interface AnswerHandlers {
  readonly ready: () => void;
  readonly done: (id: string, status: number, stdout: Buffer, stderr: Buffer) => void;
}

/**
 * Reads what the agent sends, however it is cut into chunks: lines, and after a `done` line as many bytes as it says.
 * Lines that are neither READY nor `done` are skipped: the rest of an answer whose head went to somebody else.
 */
export function answerReader({ ready, done }: AnswerHandlers): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted: { readonly id: string; readonly status: number; readonly out: number; readonly err: number } | null =
    null;

  const take = (bytes: number): Buffer => {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks = [all.subarray(bytes)];
    held -= bytes;
    return all.subarray(0, bytes);
  };
  const onLine = (line: string): void => {
    const [verb, id, ...numbers] = line.split(' ');
    if (verb === 'READY') {
      ready();
    } else if (verb === 'done' && id !== undefined) {
      const [status = 0, out = 0, err = 0] = numbers.map(Number);
      wanted = { id, status, out, err };
    }
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
        if (lineEnd < 0) return;
        onLine(take(lineEnd + 1).toString('utf8', 0, lineEnd));
      }
    }
  };
}
