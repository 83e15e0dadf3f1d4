import { open, readFile, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { RecordError } from './errors.ts';
import { eventSchema, type JournalEvent } from './event.ts';
import { diskSentence } from './disk.ts';
import { validated } from './validate.ts';

export type { JournalEvent } from './event.ts';
export { recordFromJournal, remainingClaims } from './from-journal.ts';

/** What must survive a crash of the machine and not only of the process. */
const durable: ReadonlySet<JournalEvent['type']> = new Set(['run', 'claim-end', 'run-end']);

/**
 * Appends one line, by one write at the end of the file, so that several processes may write the same journal.
 * @throws RecordError where the event is not valid or the disk does not take it
 */
export async function appendEvent(path: string, event: JournalEvent): Promise<void> {
  const line = `${JSON.stringify(validated(eventSchema, event, `The journal event "${event.type}"`))}\n`;
  try {
    await using file = await open(path, 'a+', 0o644);
    // A line that a killed process left torn is ended first, or it would swallow this one.
    const buffer = Buffer.from((await endsTorn(file)) ? `\n${line}` : line);
    const { bytesWritten } = await file.write(buffer);
    if (bytesWritten < buffer.length) {
      throw Object.assign(new Error('only a part of the line was written'), { code: 'ENOSPC' });
    }
    if (durable.has(event.type)) await file.datasync();
  } catch (error) {
    throw new RecordError(diskSentence(`The journal ${basename(path)} could not be written`, error), { cause: error });
  }
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

export interface Journal {
  readonly events: readonly JournalEvent[];
  /** A line was cut short by a crash; what it would have said is lost, all others are kept. */
  readonly truncatedLine: boolean;
}

/** @throws RecordError naming the line and the field that cannot be understood */
export async function readJournal(path: string): Promise<Journal> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new RecordError(diskSentence(`The journal ${basename(path)} could not be read`, error), { cause: error });
  }
  const events: JournalEvent[] = [];
  let truncatedLine = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const content = parsedLine(line);
    // No part of a JSON object that stops short is valid JSON: such a line was torn, never altered.
    if (content === undefined) truncatedLine = true;
    else events.push(validated(eventSchema, content, `Line ${String(index + 1)} of the journal ${basename(path)}`));
  }
  return { events, truncatedLine };
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
