/** A record or journal could not be written, read or joined: which, why, and what to do. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}
