/**
 * Bytes of an annotated listing: on each line hexadecimal bytes, then `;` and what they mean. Keeping the listing keeps
 * the program readable where no assembler can be expected.
 */
export function bytesOfListing(listing: string): Uint8Array<ArrayBuffer> {
  const hex = listing
    .split('\n')
    .map((line) => (line.split(';')[0] ?? '').replaceAll(/\s/g, ''))
    .join('');
  if (!/^([0-9A-Fa-f]{2})*$/.test(hex)) {
    throw new Error(`A listing holds something other than pairs of hexadecimal digits before its ";": ${hex}`);
  }
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The same where each line is one 32-bit word, as arm64 instructions are written, stored least significant byte first. */
export function wordsOfListing(listing: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOfListing(listing);
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}
