import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { listedAnew, type Pids } from './listed-anew.ts';
import { listProcesses, withAncestors, withDescendants, type ProcessEntry } from './process.ts';
import { LabError, NotHereError } from '../errors.ts';

/** Memory of processes, each page divided by the number of processes that share it (proc_pid_smaps(5)). */
export interface ProportionalMemory {
  readonly pssBytes: number;
  /** Of it: pages of files, which others may come to share. */
  readonly fileBytes: number;
  readonly anonymousBytes: number;
  /** Resident, shared pages counted in full: overstates, for comparison only. */
  readonly rssBytes: number;
}

/** Fields of smaps_rollup in bytes; the file counts in kB of 1,024 bytes. */
export function parseRollup(text: string): ProportionalMemory {
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    pssBytes: field('Pss'),
    fileBytes: field('Pss_File'),
    anonymousBytes: field('Pss_Anon'),
    rssBytes: field('Rss'),
  };
}

/** PSS, not RSS: pages that several processes share would otherwise count once for each of them. */
export function memoryOf(pids: Pids): ProportionalMemory {
  return listedAnew(pids, sumOf);
}

function sumOf(pids: readonly number[]): ProportionalMemory {
  const sum = { pssBytes: 0, fileBytes: 0, anonymousBytes: 0, rssBytes: 0 };
  for (const pid of pids) {
    const one = parseRollup(readRollup(pid));
    sum.pssBytes += one.pssBytes;
    sum.fileBytes += one.fileBytes;
    sum.anonymousBytes += one.anonymousBytes;
    sum.rssBytes += one.rssBytes;
  }
  return sum;
}

/** Memory of a process and of all below it. */
export function memoryOfTree(pid: number): ProportionalMemory {
  return memoryOf(() => withDescendants(pid));
}

function readRollup(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new NotHereError(`Reading the memory of process ${String(pid)} needs root; run with sudo.`);
    }
    throw new LabError(
      `Process ${String(pid)} has no readable smaps_rollup (${code ?? 'unknown'}); it may have ended.`,
      {
        cause,
      },
    );
  }
}

/** The engine's process that watches over a container (containerd-shim or conmon), by ancestry of its process 1. */
export function shimOf(containerPid: number, all: readonly ProcessEntry[] = listProcesses()): number {
  const ancestors = withAncestors(containerPid);
  const shim = all.find(
    ({ pid, argv }) => ancestors.includes(pid) && /^(containerd-shim|conmon)/.test(basename(argv[0] ?? '')),
  );
  if (shim === undefined) throw new LabError(`No containerd-shim or conmon above process ${String(containerPid)}.`);
  return shim.pid;
}

/** What is there on account of containers, given by their processes 1: all their processes, and those that watch over them. */
export function accountOf(containerPids: readonly number[]): readonly number[] {
  const all = listProcesses();
  return containerPids.flatMap((pid) => withDescendants(shimOf(pid, all), all));
}
