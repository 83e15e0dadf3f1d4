import { allPartsHold, check, isAnswered, startShop, steadyLoad, truth, type ShopInstance } from '#verify';

export default check(async ({ lab, finding, exhibit, parts }) => {
  const shop = await startShop(lab);
  const start = (service: ShopInstance['service']) => shop.start(service, { word: lab.token() });
  const [orders, prices, stock] = await Promise.all([start('orders'), start('prices'), start('stock')]);
  const { address } = shop.balancer;

  /** A test of the whole, itself a container that ends with what it found: is an order answered by instances that are known? */
  const passes = async (known: readonly ShopInstance[]): Promise<boolean> => {
    const words = known.map(({ word }) => word).join('|');
    const ask = `printf 'GET ${shop.orderPath} HTTP/1.0\\r\\n\\r\\n' | nc ${address} 80`;
    const test = `${ask} | grep -E '^order 42 (${words}) (${words}) (${words})$'`;
    const { stdout } = await lab.complete({ image: 'bare', command: ['sh', '-c', test] });
    return stdout.startsWith('order 42');
  };
  const partsTaken =
    (instances: readonly ShopInstance[], change: () => Promise<readonly ShopInstance[]>) => async () => {
      await shop.use(instances);
      const tested = await passes(instances);
      await using load = await steadyLoad(lab.engine(), {
        ...{ address, port: 80, path: shop.orderPath },
        ...{ everyMs: 50, patienceMs: 3_000 },
      });
      const wanted = await change();
      const seen = await Promise.all(
        wanted.map(({ word }) => load.within(5_000, (asked) => isAnswered(asked) && asked.saw.includes(word))),
      );
      const { sent, lost } = await load.stop();
      const retested = await passes(wanted);
      const missing = seen.filter((asked) => asked === null).length;
      return {
        value: tested && retested && missing === 0 && lost === 0,
        saw:
          `Test after deployment: ${tested ? 'passed' : 'failed'}, after the change: ${retested ? 'passed' : 'failed'}. ` +
          `Orders: ${String(sent)}, failed: ${String(lost)}. Instances that took no part: ${String(missing)}.`,
      };
    };
  const whole = [orders, prices, stock];
  const morePrices = [prices, await start('prices'), await start('prices')];
  const newStock = await start('stock');
  const changed = [orders, ...morePrices, newStock];
  const scaleAndUpdate = async () => {
    await shop.use([orders, ...morePrices, stock]);
    await shop.use(changed);
    await stock.container.stop();
    return changed;
  };
  await finding('application', {
    measure: truth(partsTaken(whole, scaleAndUpdate)),
    controls: {
      // The same, without the service that was updated: nobody sees to it that there is one.
      'one-missing': truth(
        partsTaken(changed, async () => {
          await newStock.container.stop();
          return changed;
        }),
      ),
    },
  });

  const found = await parts();
  const told = (all: typeof found) =>
    truth(() => ({
      value: allPartsHold(all),
      saw: all.map(({ id, verdict, from }) => `${id}: ${verdict ?? 'unknown'} (${from})`).join('; '),
    }));
  await finding('parts', {
    measure: told(found),
    controls: {
      'one-refuted': told(found.map((part, index) => (index === 0 ? { ...part, verdict: 'refuted' } : part))),
    },
  });
  await exhibit({
    id: 'parts',
    title: 'Claims that this one rests on',
    columns: ['Claim', 'Verdict', 'From'],
    rows: found.map(({ id, verdict, from }) => [id, verdict, from]),
  });
});
