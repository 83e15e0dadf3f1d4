import type Docker from 'dockerode';
import { isAnswered, type Asked, type LoadReport, type SteadyLoad } from './steady-load.ts';

/** Where a naming server says who it is. */
export const whoPath = '/who';

/**
 * Command of a web server that answers `/who` with its version and the name of its container, so that a client can tell
 * instances and versions apart. Asked to end, it serves for `graceSeconds` more.
 */
export function namingServer({ version = 'v1', graceSeconds = 0, delaySeconds = 0 } = {}): string[] {
  return ['sh', '-c', serverScript, 'sh', version, String(graceSeconds), String(delaySeconds)];
}

const serverScript = `
trap 'sleep "$2"; exit 0' TERM
sleep "$3" & wait $!
mkdir -p /srv/www
echo "$1 $(hostname)" >/srv/www/who
httpd -f -p 80 -h /srv/www &
wait
`;

/** Has the engine ask a naming server for its page, as a client would: one that stops answering is ill. */
export const askedForHealth: Docker.HealthConfig = {
  Test: ['CMD-SHELL', `printf 'GET ${whoPath} HTTP/1.0\\r\\n\\r\\n' | nc -w 5 127.0.0.1 80 | grep -q ' 200 OK'`],
  // Each is a process that the engine starts in the container: asked more often, that is most of what a small machine does.
  Interval: 1e9,
  // What does not serve is refused at once; a check that takes long says that the machine is busy.
  Timeout: 10e9,
  Retries: 2,
};

/** What a naming server's answer says, null for any other. */
export function instanceIn(asked: Asked): { readonly version: string; readonly name: string } | null {
  const [, version, name] = /^(\S+) (\S+)$/.exec(isAnswered(asked) ? asked.saw : '') ?? [];
  return version === undefined || name === undefined ? null : { version, name };
}

/** Versions that answered, in the order of the alphabet. */
export const versionsIn = ({ requests }: Pick<LoadReport, 'requests'>): readonly string[] =>
  [...new Set(requests.flatMap((asked) => instanceIn(asked)?.version ?? []))].sort();

/**
 * Waits until so many instances, other than those excepted, have answered since, not longer than `withinMs`. Returns how
 * many did, each by the time of its first answer: milliseconds since the load began.
 */
export async function firstAnswers(
  load: SteadyLoad,
  howMany: number,
  {
    withinMs,
    sinceMs = 0,
    except = new Set(),
  }: { readonly withinMs: number; readonly sinceMs?: number; readonly except?: ReadonlySet<string> },
): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  await load.within(withinMs, (asked) => {
    const instance = instanceIn(asked);
    if (instance === null || asked.dueMs < sinceMs || except.has(instance.name)) return false;
    if (!seen.has(instance.name)) seen.set(instance.name, asked.dueMs + (asked.answeredMs ?? 0));
    return seen.size >= howMany;
  });
  return seen;
}
