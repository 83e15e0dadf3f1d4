import { check, treeDigest, values } from '#verify';

export default check(async ({ lab, finding }) => {
  const compared = (one: string, ask: () => Promise<string>) =>
    values(async () => [
      { label: 'first guest', value: one },
      { label: 'another guest', value: await ask() },
    ]);

  const first = await treeDigest(await lab.guest({ image: 'minimal' }));
  await finding('file-tree', {
    measure: compared(first, async () => treeDigest(await lab.guest({ image: 'minimal' }))),
    controls: {
      'first-boot-change': compared(first, async () => {
        const changed = await lab.restoredGuest({ image: 'minimal' });
        await changed.exec(['sh', '-c', 'echo set up at first boot > /etc/changed']);
        return treeDigest(changed);
      }),
    },
  });
});
