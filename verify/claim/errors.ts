/** The command was called in a way that it cannot follow. The message says what to type instead; exit status 4. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
