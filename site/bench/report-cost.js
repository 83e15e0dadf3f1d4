// Loaded into the process that builds: when it ends it writes what it cost into the file named by COST_REPORT.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Of processes that it started and waited for, in seconds: fields 16 and 17 of proc(5)'s stat, in hundredths. */
function childrenCpuSeconds() {
  try {
    const [, rest = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    const fields = rest.split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}

const { COST_REPORT: file } = process.env;
if (isMainThread && file !== undefined) {
  // Programs that this one starts are counted with it and are not to write over its report.
  delete process.env.COST_REPORT;
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6 + childrenCpuSeconds();
    writeFileSync(file, JSON.stringify({ cpuSeconds, memoryMiB: maxRSS / 1024 }));
  });
}
