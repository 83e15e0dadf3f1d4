import { amount, amounts, check, chiSquareOfEvenShares, isAnswered, steadyLoad } from '#verify';

/** Replicas of the service that the guest's cluster runs. */
const replicas = 3;
/** Milliseconds between requests, and for how long they are sent: few enough for an emulated machine to keep up. */
const [everyMs, forMs] = [60, 4_500];

/** Has the kernel's balancer send whoever comes again to the replica that served him before, or not any more. */
const setAffinity = `
in_balancer() { nsenter --net=/var/run/docker/netns/ingress_sbox ipvsadm "$@"; }
mark=$(in_balancer --save --numeric | sed -n 's/^-A -f \\([0-9]*\\) .*/\\1/p')
in_balancer --edit-service --fwmark-service "$mark" --scheduler rr $1
`;

export default check(async ({ lab, finding, exhibit }) => {
  const rows: [string, number, number, string][] = [];

  /**
   * Requests that each replica answered, the busiest first. Each time in a machine of its own: a balancer goes on
   * sending a client's port where it sent it in the last two minutes, and a client may get the same port again.
   */
  const shares = async (what: string, affinity: string): Promise<readonly number[]> => {
    const saved = { image: 'engine', memoryMiB: 1024, publish: [8080], readyTimeoutMs: 800_000 } as const;
    await using guest = await lab.restoredGuest(saved);
    const { host: address, port } = guest.address(8080);
    await guest.exec(['sh', '-ec', setAffinity, 'sh', affinity]);
    await using load = await steadyLoad({ netns: null }, { address, port, path: '/who', everyMs, patienceMs: 20_000 });
    await load.until(({ dueMs }) => dueMs >= forMs, 'the end of the time', forMs + 30_000);
    const { sent, lost, requests } = await load.stop();
    const served = Map.groupBy(requests.filter(isAnswered), ({ saw }) => saw);
    const counts = [...served.values()].map(({ length }) => length).sort((a, b) => b - a);
    const all = Array.from({ length: Math.max(replicas, counts.length) }, (_, index) => counts[index] ?? 0);
    rows.push([what, sent, lost, all.join(', ')]);
    return all;
  };
  const even = await shares('as the cluster does it', '');
  const affine = await shares('with session affinity', '--persistent 600');

  const serving = (counts: readonly number[]) =>
    amount(() => ({ subject: 'replicas that answered', value: counts.filter((count) => count > 0).length, unit: '1' }));
  await finding('every-replica', { measure: serving(even), controls: { affinity: serving(affine) } });

  const least = (counts: readonly number[]) =>
    amounts(() => ({
      subject: { label: 'requests that the least busy replica answered', value: counts.at(-1) ?? NaN },
      baseline: { label: 'requests that the busiest answered', value: counts[0] ?? NaN },
      unit: '1',
    }));
  await finding('shares', { measure: least(even), controls: { affinity: least(affine) } });

  const unevenness = (counts: readonly number[]) =>
    amount(() => ({
      subject: 'chi-square of the answered requests against even shares',
      value: chiSquareOfEvenShares(counts),
      unit: '1',
    }));
  await finding('chance', { measure: unevenness(even), controls: { affinity: unevenness(affine) } });
  await exhibit({
    id: 'requests',
    title: 'Who answered the requests',
    columns: ['Balancer', 'Requests sent', 'Lost', 'Answered by each replica'],
    rows,
  });
});
