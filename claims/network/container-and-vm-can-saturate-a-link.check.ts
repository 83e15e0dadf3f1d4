import {
  arrivals,
  besideBridges,
  check,
  freePort,
  iperf3Server,
  listens,
  narrowLink,
  releasing,
  replay,
  samples,
  startPinned,
  until,
  watch,
} from '#verify';

const link = 5_000_000;
const windowMs = 300;
/** A fifth of them may be spoilt by what else the machine does, and the median's interval still tells. */
const windows = 20;
const share = { unit: '1', clock: 'none' } as const;

/** Starts something that sends to a port for as long as it is let. */
type Start = (made: AsyncDisposableStack, command: readonly string[]) => Promise<unknown>;

export default check(async ({ lab, finding }) => {
  const peer = await lab.peer();
  const host = besideBridges(lab.host, lab.engine());
  const container = { label: 'container', emulated: false };
  const neighbour = { label: 'neighbour, container', emulated: false };
  const guest = { label: 'guest, minimal', emulated: lab.emulated };

  /** Shares of the link that a hog and its neighbour have, window by window, while both send to the machine beyond it. */
  const contention = (subject: typeof container, hog: Start | null, hogsPortion?: number) => {
    const made = new AsyncDisposableStack();
    const neighbours: number[] = [];
    let window: (() => Promise<readonly number[]>) | undefined;
    const start = async () => {
      const [hogPort, port] = [await freePort(), await freePort()];
      const portions = hogsPortion === undefined ? [] : [{ port: hogPort, bitsPerSecond: hogsPortion }];
      await narrowLink(host, peer.hostDevice, { bitsPerSecond: link, portions });
      for (const one of [hogPort, port]) {
        await startPinned(peer, `exec ${iperf3Server(one).join(' ')}`);
        await listens(peer, one);
      }
      const count = await arrivals(peer, [hogPort, port]);
      const send = ['iperf3', '--client', peer.address, '--time', '600'];
      /** Until what one of the two sends has begun to come. */
      const begun = async (which: 0 | 1) => {
        if (await until(async () => ((await count())[which] ?? 0) >= 100_000, 20_000)) return;
        throw new Error('A sender has sent next to nothing for twenty seconds.');
      };
      made.use(await lab.container({ command: [...send, '--port', String(port)] }));
      await begun(1);
      if (hog !== null) {
        await hog(made, [...send, '--port', String(hogPort), '--udp', '--bitrate', String(8 * link)]);
        await begun(0);
      }
      const look = async () => {
        const asked = performance.now();
        const bytes = await count();
        return { bytes, at: (asked + performance.now()) / 2 };
      };
      return async () => {
        const before = await look();
        await watch(windowMs);
        const after = await look();
        const whole = (link / 8) * ((after.at - before.at) / 1000);
        return after.bytes.map((bytes, index) => (bytes - (before.bytes[index] ?? NaN)) / whole);
      };
    };
    const take = async () => {
      window ??= await start();
      const [hogs = NaN, kept = NaN] = await window();
      neighbours.push(kept);
      return hogs;
    };
    return {
      // The first window is the time in which the flows settle.
      takes: releasing(
        made,
        samples({ ...share, quantity: 'rate', subject, take, warmups: 1, atLeast: windows, atMost: windows }),
      ),
      // A guest that is emulated sends no more than it would otherwise, and so leaves no less.
      keeps: replay(
        { ...share, quantity: 'amount', bound: subject.emulated ? 'upper' : 'exact', subject: neighbour },
        () => neighbours.slice(1),
      ),
    };
  };

  const inContainer: Start = async (made, command) => made.use(await lab.container({ command }));
  const tap = await lab.bridgeTap();
  const machine = await lab.restoredGuest({ image: 'minimal', tap });
  const inGuest: Start = async (made, command) => {
    const { stdout } = await machine.exec(['sh', '-c', '"$@" >/dev/null 2>&1 & echo $!', 'sh', ...command]);
    made.defer(async () => {
      await machine.exec(['kill', stdout.trim()], { reject: false });
    });
  };
  const fifth = link / 5;
  const alone = contention(container, null);
  const [greedy, shaped] = [contention(container, inContainer), contention(container, inContainer, fifth)];
  await finding('container-takes', { measure: greedy.takes, controls: { shaped: shaped.takes, alone: alone.takes } });
  await finding('neighbour-of-container', {
    measure: greedy.keeps,
    controls: { shaped: shaped.keeps, alone: alone.keeps },
  });
  const [greedyGuest, shapedGuest] = [contention(guest, inGuest), contention(guest, inGuest, fifth)];
  await finding('guest-takes', { measure: greedyGuest.takes, controls: { shaped: shapedGuest.takes } });
  await finding('neighbour-of-guest', {
    measure: greedyGuest.keeps,
    controls: { shaped: shapedGuest.keeps, alone: alone.keeps },
  });
});
