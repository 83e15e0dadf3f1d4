import { amount, check, guestMemory, memoryOf, sayElf, shimOf } from '#verify';

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const guest = await lab.guest({ image: 'bare' });
  // A process of a few instructions, so that nothing but being a process is in its account.
  const image = await lab.scratchImage({ name: 'rests', files: { '/rests': sayElf(lab.token()) } });
  const container = await lab.container({ image, init: false, command: ['/rests'] });
  const { guestBytes, vmmBytes, translationBytes } = await guestMemory(guest.pid);
  const shimBytes = memoryOf([shimOf(container.pid)]).pssBytes;
  const plainBytes = memoryOf([container.pid]).pssBytes;
  const holds = (subject: string, value: number) =>
    amount(() => Promise.resolve({ subject, value, unit: 'B', bound: 'exact' }));

  await finding('monitor', {
    measure: holds('machine monitor', vmmBytes),
    controls: { 'plain-process': holds('process that runs no guest', plainBytes) },
  });
  await supporting('shim', {
    measure: holds("container's shim", shimBytes),
    controls: { 'plain-process': holds('process that runs no guest', plainBytes) },
  });

  await exhibit({
    id: 'parts',
    title: 'What one idle instance holds in memory, and who holds it, bytes',
    columns: ['Part', 'Guest', 'Container'],
    rows: [
      ['The instance itself', guestBytes, plainBytes],
      ['What runs it on the host', vmmBytes, shimBytes],
      ["The emulator's translated code", translationBytes, null],
    ],
  });
});
