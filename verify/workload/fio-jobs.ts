import { join } from 'node:path';
import { fioLayOut, fioRunAll, type FioJob, type FioResult } from './fio.ts';
import type { Subject } from '../lab/subject.ts';

/** A job on one of the two files of a set. `totalBytes`: in all, over the file again and again. */
export type SharedJob = Omit<FioJob, 'file' | 'fileBytes'> & {
  readonly totalBytes: number;
  /** Default: 128 MiB past the page cache, 16 MiB through it. */
  readonly fileBytes?: number;
};

export interface SharedJobs<Id extends string> {
  /** Writes both files once, so that no job pays for finding room on the disk. */
  layOut(): Promise<void>;
  /** Runs the jobs in a subject, one after the other. `change`: what is done otherwise, as a control. */
  run(
    subject: Subject,
    ids: readonly Id[],
    change?: (job: SharedJob) => SharedJob,
  ): Promise<Readonly<Record<Id, FioResult>>>;
}

/** Jobs that go through the page cache have a file of their own: what they leave is written back beside other jobs. */
const files = {
  direct: { name: 'direct', bytes: 128 * 2 ** 20 },
  buffered: { name: 'buffered', bytes: 16 * 2 ** 20 },
} as const;

/** Jobs on files of a folder of the host's, which other subjects see under another path. */
export function sharedJobs<Id extends string>(
  host: Subject,
  where: { readonly folder: string; readonly elsewhere: string },
  jobs: Readonly<Record<Id, SharedJob>>,
): SharedJobs<Id> {
  const onFile = (subject: Subject, job: SharedJob): FioJob => {
    const { name, bytes } = files[job.direct === false ? 'buffered' : 'direct'];
    return { fileBytes: bytes, ...job, file: join(subject.kind === 'host' ? where.folder : where.elsewhere, name) };
  };
  return {
    layOut: async () => {
      for (const direct of [true, false]) {
        // fio writes a file that it is to read and finds missing.
        await fioLayOut(host, onFile(host, { pattern: 'read', blockBytes: 2 ** 17, totalBytes: 2 ** 17, direct }));
      }
    },
    run: async (subject, ids, change = (job) => job) => {
      const results = await fioRunAll(
        subject,
        ids.map((id) => [id, onFile(subject, change(jobs[id]))] as const),
      );
      return Object.fromEntries(results) as Record<Id, FioResult>;
    },
  };
}

/** Many times the number of operations for the same bytes: far beyond any margin, whatever the disk. */
export function smallerOperations(job: SharedJob): SharedJob {
  return job.direct !== false && job.blockBytes > 4096
    ? { ...job, blockBytes: 4096, totalBytes: job.totalBytes / 32 }
    : { ...job, blockBytes: 512, totalBytes: job.totalBytes / 8 };
}

/** Bytes that a job moved. */
export const bytesMoved = ({ read, write, seconds }: FioResult): number =>
  (read.bytesPerSecond + write.bytesPerSecond) * seconds;
