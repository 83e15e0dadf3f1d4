import { randomBytes } from 'node:crypto';

/** Time-ordered and unique: `20261121T101502Z-1a2b3c4d`. */
export function newRunId(now = new Date()): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `${time}-${randomBytes(4).toString('hex')}`;
}
