import { stripVTControlCharacters } from 'node:util';

/** Text that a terminal only shows: a check may quote what a container printed, and a terminal must not obey it. */
export const printable = (text: string): string => stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' ');
