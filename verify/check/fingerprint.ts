import { createHash } from 'node:crypto';

/** Stands for a text that must not be published: equal texts have equal fingerprints (16 hexadecimal digits of SHA-256). */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
