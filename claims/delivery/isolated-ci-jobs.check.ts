import { check, freePort, truth, type Subject } from '#verify';

const copies = 8;

/** Prints its start, what became of port and path, and its end, in seconds since the kernel's boot. */
const suite = `
started=$(busybox cut -d' ' -f1 /proc/uptime)
path=held
(set -C; echo "$WORD" > "$FOLDER/fixed") 2>/dev/null || path=taken
busybox httpd -f -p "$PORT" -h "$FOLDER" 2>/dev/null & server=$!
busybox sleep 3
port=held
kill -0 $server 2>/dev/null || port=taken
[ "$(busybox cat "$FOLDER/fixed")" = "$WORD" ] || path=taken
kill $server 2>/dev/null
echo "$started $port $path $(busybox cut -d' ' -f1 /proc/uptime)"`;

interface Outcome {
  readonly started: number;
  readonly ended: number;
  readonly port: string;
  readonly path: string;
}

export default check(async ({ lab, finding }) => {
  const port = String(await freePort());
  const runIn = async (subject: Subject, folder: string): Promise<Outcome> => {
    const env = { WORD: lab.token(), FOLDER: folder, PORT: port };
    const { stdout } = await subject.exec(['busybox', 'sh', '-c', suite], { env });
    const [started = '', portState = '', path = '', ended = ''] = stdout.trim().split(' ');
    return { started: Number(started), ended: Number(ended), port: portState, path };
  };
  const boxes = await Promise.all(
    Array.from({ length: copies }, () => lab.container({ image: 'bare', command: ['sleep', '600'] })),
  );
  const shared = await lab.scratchDirectory();
  const ownFolder = await lab.scratchDirectory();
  // Beside one another, for a container's port is no port of the host.
  const [inContainers, { onHost, alone }] = await Promise.all([
    Promise.all(boxes.map((box) => runIn(box, '/srv'))),
    (async () => {
      const together = await Promise.all(boxes.map(() => runIn(lab.host, shared)));
      return { onHost: together, alone: [await runIn(lab.host, ownFolder)] };
    })(),
  ]);

  const allHeld = (outcomes: readonly Outcome[], what: 'port' | 'path') =>
    truth(() => {
      const together =
        Math.max(...outcomes.map(({ started }) => started)) < Math.min(...outcomes.map(({ ended }) => ended));
      const held = outcomes.filter((outcome) => outcome[what] === 'held').length;
      return {
        value: together ? held === outcomes.length : null,
        saw: together
          ? `${String(held)} of ${String(outcomes.length)} copies had the ${what} for themselves.`
          : 'The copies did not run at the same time.',
      };
    });
  for (const [id, what] of [
    ['one-port', 'port'],
    ['one-path', 'path'],
  ] as const) {
    await finding(id, {
      measure: allHeld(inContainers, what),
      controls: { 'on-host': allHeld(onHost, what), 'alone-on-host': allHeld(alone, what) },
    });
  }
});
