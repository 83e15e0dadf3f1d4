import {
  amount,
  check,
  isAnswered,
  startShop,
  steadyLoad,
  truth,
  type Asked,
  type LoadReport,
  type ShopInstance,
  type SteadyLoad,
} from '#verify';

export default check(async ({ lab, finding, exhibit }) => {
  const shop = await startShop(lab);
  const start = (service: ShopInstance['service'], breaksContract = false) =>
    shop.start(service, { word: lab.token(), breaksContract });
  const [orders, stock, first] = await Promise.all([start('orders'), start('stock'), start('prices')]);
  const use = (prices: ShopInstance) => shop.use([orders, stock, prices]);
  const rows: (string | number)[][] = [];
  /** What becomes of orders while something is done. */
  const during = async (what: string, change: (load: SteadyLoad) => Promise<void>): Promise<LoadReport> => {
    const { address } = shop.balancer;
    await using load = await steadyLoad(lab.engine(), {
      ...{ address, port: 80, path: shop.orderPath },
      ...{ everyMs: 50, patienceMs: 3_000 },
    });
    await change(load);
    const report = await load.stop();
    rows.push([what, report.sent, report.lost]);
    return report;
  };
  const takesPart =
    ({ word }: ShopInstance) =>
    (asked: Asked): boolean =>
      isAnswered(asked) && asked.saw.includes(word);

  await use(first);
  const second = await start('prices');
  const seen = { unused: false, used: false };
  const kept = await during('another takes its place, contract kept', async (load) => {
    await load.until(takesPart(first), 'an order with the first prices', 20_000);
    seen.unused = (await load.within(1_000, takesPart(second))) !== null;
    await use(second);
    await first.container.stop();
    seen.used = (await load.within(5_000, takesPart(second))) !== null;
  });
  const third = await start('prices');
  const stoppedFirst = await during('it is stopped before another takes its place', async (load) => {
    await load.until(takesPart(second), 'an order with the second prices', 20_000);
    await second.container.stop();
    await load.within(5_000, (asked) => !isAnswered(asked));
    await use(third);
    await load.until(takesPart(third), 'an order with the third prices', 20_000);
  });
  const broken = await during('another takes its place, contract broken', async (load) => {
    const fourth = await start('prices', true);
    await use(fourth);
    await third.container.stop();
    await load.within(5_000, (asked) => !isAnswered(asked));
  });

  const lost = ({ lost: failed, sent }: LoadReport) =>
    amount(() => ({ subject: `orders that fail, of ${String(sent)}`, value: failed, unit: '1' }));
  await finding('none-fails', {
    measure: lost(kept),
    controls: { 'contract-broken': lost(broken), 'stopped-first': lost(stoppedFirst) },
  });
  const changed = (what: string, seenIt: boolean) =>
    truth(() => ({ value: seenIt, saw: `${what}, it ${seenIt ? 'took' : 'did not take'} part in orders.` }));
  await finding('new-one-answers', {
    measure: changed('Once the balancer used the other instance', seen.used),
    controls: { 'not-used': changed('While the balancer did not use the other instance', seen.unused) },
  });

  await exhibit({
    id: 'orders',
    title: 'Orders while the prices service is changed',
    columns: ['What happens', 'Orders', 'Failed'],
    rows,
  });
});
