import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { eventSchema, type JournalEvent } from '../record/event.ts';

/**
 * Follows a journal that other processes append to, and hands over every whole line once. Polls: file notifications
 * may be lost on some file systems, and a verdict may be half a second late on the screen.
 */
export function watchJournal(file: string, onEvent: (event: JournalEvent) => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let position = 0;
  const read = async (): Promise<void> => {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size === position) return;
    const buffer = Buffer.alloc(size - position);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    // A multi-byte character may be cut where the read ends: take whole lines of bytes only.
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    position += end;
    for (const line of buffer.subarray(0, end).toString('utf8').split('\n')) {
      const event = parsed(line);
      if (event !== null) onEvent(event);
    }
  };
  const following = (async () => {
    while (!stopping.signal.aborted) {
      await read();
      await delay(200);
    }
    await read();
  })();
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}

/** Null for what is no event: the end of a line that a killed process left torn. Reading the journal whole tells of it. */
function parsed(line: string): JournalEvent | null {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
