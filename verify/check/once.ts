/** Makes a thing when it is first asked for, and gives the same one ever after: for what several findings share. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
