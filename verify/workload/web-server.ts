import type { ExecOptions, ExecResult } from '../lab/subject.ts';
import { LabError } from '../lab/errors.ts';

const serve = 'exec httpd -f -h /srv/www -p 80';

/** Shell scripts that serve the web page which every tree has, on port 80. */
export const webServer = {
  plain: serve,
  /** With memory of its own: the server starts once `tail`, which keeps the last of what it reads, has read it all. */
  holding: (bytes: number): string => {
    const all = String(bytes);
    return `head -c ${all} /dev/zero | tail -c ${all} | { [ "$(head -c 1 | wc -c)" -eq 1 ] && ${serve}; }`;
  },
  /** Beside a loop that never rests. */
  spinning: `while :; do :; done & ${serve}`,
} as const;

export interface Asked {
  /** "address:port" of each web server. */
  readonly targets: readonly string[];
  /** How often each is asked. */
  readonly rounds: number;
  /** What an answer holds if it is the right one; default: what the page of every tree says. */
  readonly word?: string;
  /** After each round. */
  readonly pauseSeconds?: number;
  /** Ask each in the first round again and again, for so many seconds at most, until it answers. Default: once. */
  readonly patienceSeconds?: number;
}

/** One after the other asks, by a program of its own for each request, and prints how many answered with the word. */
const script = `
busybox=$1 word=$2 rounds=$3 pause=$4 patience=$5; shift 5
ask() {
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | "$busybox" timeout 5 "$busybox" nc -w 2 "\${1%:*}" "\${1#*:}" 2>/dev/null | grep -qF "$word"
}
now() { cut -d. -f1 /proc/uptime; }
if [ "$patience" -gt 0 ]; then
  late=$(($(now) + patience))
  for target; do
    until ask "$target" || [ "$(now)" -ge "$late" ]; do sleep 0.02; done
  done
fi
answered=0
while [ "$rounds" -gt 0 ]; do
  rounds=$((rounds - 1))
  for target; do ask "$target" && answered=$((answered + 1)); done
  sleep "$pause"
done
echo "$answered"
`;

/**
 * Asks each web server for its page, one at a time, and returns how many requests were answered with it.
 * @param exec runs a command where the targets can be reached
 * @param busybox path of the client there
 */
export async function askForPages(
  exec: (command: readonly string[], options: ExecOptions) => Promise<ExecResult>,
  busybox: string,
  { targets, rounds, word = 'ready', pauseSeconds = 0, patienceSeconds = 0 }: Asked,
): Promise<number> {
  const words = [rounds, pauseSeconds, patienceSeconds].map(String);
  const timeoutMs = 1000 * (patienceSeconds + rounds * (pauseSeconds + 5 * targets.length)) + 30_000;
  const { stdout } = await exec(['sh', '-c', script, 'sh', busybox, word, ...words, ...targets], { timeoutMs });
  if (!/^\d+\n$/.test(stdout)) throw new LabError(`The web servers were asked, and the client said: "${stdout}".`);
  return Number(stdout);
}
