/** Bytes in so many kibibytes, mebibytes, gibibytes (IEC 80000-13). */
export const kib = (count: number): number => count * 2 ** 10;
export const mib = (count: number): number => count * 2 ** 20;
export const gib = (count: number): number => count * 2 ** 30;
