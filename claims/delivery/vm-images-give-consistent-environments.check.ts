import { check, treeDigest, values } from '#verify';

export default check(async ({ lab, finding }) => {
  const compared = (one: string, ask: () => Promise<string>) =>
    values(async () => [
      { label: 'first guest', value: one },
      { label: 'another guest', value: await ask() },
    ]);

  const booted = async () => treeDigest(await lab.guest({ image: 'minimal' }));
  const [first, another] = await Promise.all([booted(), booted()]);
  await finding('file-tree', {
    measure: compared(first, () => Promise.resolve(another)),
    controls: {
      'first-boot-change': compared(first, async () => {
        const changed = await lab.restoredGuest({ image: 'minimal' });
        await changed.exec(['sh', '-c', 'echo set up at first boot > /etc/changed']);
        return treeDigest(changed);
      }),
    },
  });
});
