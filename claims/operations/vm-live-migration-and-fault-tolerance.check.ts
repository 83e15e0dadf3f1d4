import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
  amount,
  backUpDisk,
  check,
  checkpointed,
  hostTool,
  isAnswered,
  mib,
  steadyLoad,
  truth,
  values,
  type LoadReport,
  type RunningGuest,
  type SteadyLoad,
  type Subject,
} from '#verify';

const usualMiB = 256;
const smallerMiB = 192;

const diskBytes = mib(32);
/** So slow that the counters move on while the disk is being copied. */
const bytesPerSecond = mib(16);
const digits = 16;

/** Counts in two places, in the second always after the first: at any one moment they are equal or one apart. */
const counting = (first: string, second: string): string => `
{ i=1000000000000000
while :; do
  i=$((i + 1))
  printf %s $i | dd of=${first} conv=notrunc,fsync
  printf %s $i | dd of=${second} conv=notrunc,fsync
  echo $i > /run/count.new; mv /run/count.new /run/count
done; } >/dev/null 2>&1 &
until [ -e /run/count ]; do usleep 10000; done`;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const tap = await lab.bridgeTap();
  const address = tap.address.split('/')[0] ?? '';
  const bootServing = async (): Promise<RunningGuest> => {
    const guest = await lab.guest({ image: 'bare', memoryMiB: usualMiB, tap });
    const send = 'GET / HTTP/1.0\r\n\r\n';
    await lab.reachesWithin(20_000, { from: 'host', address, port: 80, send, expect: 'ready' });
    return guest;
  };
  const asking = () => steadyLoad(lab.engine(), { address, port: 80, everyMs: 50, patienceMs: 3_000, path: '/word' });
  const rows: (string | number | null)[][] = [];
  const note = (what: string, { sent, lost, requests }: LoadReport, downtimeMs: number | null): void => {
    const slowest = Math.max(...requests.filter(isAnswered).map(({ answeredMs }) => answeredMs ?? 0));
    rows.push([what, sent, lost, Math.round(slowest), downtimeMs]);
  };

  /** Moves a guest, while it is asked, to a VMM whose machine has so much memory. */
  const move = async (guest: RunningGuest, memoryMiB: number) => {
    const beside = { ...(await lab.bridgeTap()), address: tap.address };
    const receiver = await lab.receiver({ image: 'bare', memoryMiB, tap: beside });
    await using load = await asking();
    const before = await identityOf(guest);
    const taken = await receiver.take(guest).catch((error: unknown) => {
      // For any other reason it would be a fault of ours.
      if (!/mismatch/i.test(String(error))) throw error;
      return null;
    });
    // What answers after that can only be the other machine.
    if (taken !== null) await guest.kill();
    const there = taken?.guest ?? guest;
    const answers = await isSeen(await tell(there, lab.token()), load);
    const same = (await identityOf(there)) === before;
    return {
      there,
      moved: taken !== null,
      answers,
      same,
      downtimeMs: taken?.downtimeMs ?? null,
      report: await load.stop(),
    };
  };
  const source = await bootServing();
  await source.exec(['sh', '-c', `echo ${lab.token()} > /run/held`]);
  await tell(source, lab.token());
  const misfit = await move(source, smallerMiB);
  note('a move to a machine that it does not fit', misfit.report, null);
  const live = await move(source, usualMiB);
  note('a live migration', live.report, live.downtimeMs);

  const outage = await asking();
  await live.there.kill();
  const deadAnswers = await isSeen(lab.token(), outage);
  await isSeen(await tell(await bootServing(), lab.token()), outage);
  const cold = await outage.stop();
  note('its end, and a boot in its place', cold, null);

  const goesOn = ({ answers, same }: Afterwards, wanted: boolean, moved: boolean) =>
    truth(() => ({
      value: answers && same !== false && moved === wanted,
      saw:
        `It was ${moved ? '' : 'not '}moved. A word that it was told afterwards was ${answers ? '' : 'not '}served. ` +
        (same === null
          ? 'Nobody was left to ask about boot and memory.'
          : `Boot and memory are ${same ? '' : 'not '}the same.`),
    }));
  await finding('moves', {
    measure: goesOn(live, true, live.moved),
    controls: { misfit: goesOn(misfit, true, misfit.moved) },
  });
  await finding('source-goes-on', {
    measure: goesOn(misfit, false, misfit.moved),
    controls: { killed: goesOn({ answers: deadAnswers, same: null }, false, false) },
  });
  const lostIn = ({ lost, sent }: LoadReport) =>
    amount(() => ({ subject: `requests lost, of ${String(sent)}`, value: lost, unit: '1' }));
  await finding('none-lost', { measure: lostIn(live.report), controls: { cold: lostIn(cold) } });

  const folder = await lab.scratchDirectory();
  const qemuImg = await hostTool('qemu-img', 'qemu-utils');
  const [content, disk] = [join(folder, 'content'), join(folder, 'disk.qcow2')];
  await writeFile(content, randomBytes(diskBytes));
  await lab.host.exec([qemuImg, 'convert', '-f', 'raw', '-O', 'qcow2', content, disk]);
  const keeper = await lab.guest({ image: 'bare', disks: [{ path: disk, format: 'qcow2' }] });
  const write = (word: string) =>
    keeper.exec(['sh', '-c', `echo ${word} > /run/held; echo ${word} | dd of=/dev/vda seek=2048 conv=notrunc,fsync`]);
  await write(lab.token());
  const before = await stateOf(keeper);
  await snapshot(keeper, 'savevm');
  await write(lab.token());
  const changed = await stateOf(keeper);
  await snapshot(keeper, 'loadvm');
  const after = await stateOf(keeper);
  const states = (then: string) =>
    values(() => [
      { label: 'before', value: before },
      { label: 'then', value: then },
    ]);
  await finding('rollback', { measure: states(after), controls: { 'not-rolled-back': states(changed) } });

  await keeper.exec(['sh', '-c', counting('/dev/vda', `/dev/vda seek=${String(diskBytes / 512 - 1)}`)]);
  const copied = async (name: string, copy: (path: string) => Promise<unknown>): Promise<Counters> => {
    const path = join(folder, name);
    const begun = await countOf(keeper);
    await copy(path);
    const ended = await countOf(keeper);
    await using file = await open(path);
    const at = async (position: number): Promise<number> =>
      Number((await file.read(Buffer.alloc(digits), 0, digits, position)).buffer.toString('latin1'));
    return { begun, ended, first: await at(0), second: await at(diskBytes - 512) };
  };
  const backup = await copied('backup', (path) =>
    backUpDisk(keeper, { disk: 'disk0', path, sizeBytes: diskBytes, bytesPerSecond }),
  );
  // Read in the same order and as slowly, and nobody keeps what is overwritten in the meantime.
  const plain = await copied('plain', (path) =>
    lab.host.exec([qemuImg, 'convert', '-U', '-m', '1', '-r', String(bytesPerSecond), '-O', 'raw', disk, path]),
  );
  await finding('backup', { measure: oneMoment(backup), controls: { 'plain-copy': oneMoment(plain) } });

  const box = await lab.container({ image: 'bare', tmpfs: { '/held': '' }, command: ['sleep', '600'] });
  await box.exec(['sh', '-c', counting('/first', '/second')]);
  await box.exec(['sh', '-c', `echo ${lab.token()} | tee /held/word > /word`]);
  const held = ['cat', '/word', '/held/word'];
  const boxBefore = await box.exec(held);
  const begun = await countOf(box);
  const image = await lab.committed(box);
  const again = await lab.container({ image, tmpfs: { '/held': '' }, command: ['sleep', '600'] });
  const [first = NaN, second = NaN] = (await again.exec(['sh', '-c', 'cat /first; echo; cat /second'])).stdout
    .split('\n')
    .map(Number);
  await supporting('container-backup', { measure: oneMoment({ begun, ended: await countOf(box), first, second }) });
  const boxAfter = await again.exec(held, { reject: false });
  await supporting('container-rollback', {
    measure: values(() => [
      { label: 'before', value: boxBefore.stdout },
      { label: 'then', value: boxAfter.stdout },
    ]),
  });
  await supporting('container-checkpoint', {
    measure: truth(async () => {
      const refused = await checkpointed(box, lab.token());
      return { value: refused === null, saw: `The engine: ${refused ?? 'done'}` };
    }),
  });

  await exhibit({
    id: 'availability',
    title: 'A client that asks at fixed times, while',
    columns: ['What happens', 'Requests sent', 'Lost', 'Slowest answer, ms', 'Guest stood still by its account, ms'],
    rows,
  });
});

interface Afterwards {
  /** It serves a word that it was told only then. */
  readonly answers: boolean;
  /** Boot and memory are those from before; null where nobody is left to ask, and the answer alone decides. */
  readonly same: boolean | null;
}

interface Counters {
  /** What the guest had counted when the copy began, and when it ended. */
  readonly begun: number;
  readonly ended: number;
  /** What the copy shows. */
  readonly first: number;
  readonly second: number;
}

/** Null where nothing was counted during the copy, or what was copied is no count. */
const oneMoment = ({ begun, ended, first, second }: Counters) =>
  truth(() => ({
    value:
      ended > begun && first > 0 && second > 0 ? first >= begun && (first === second || first === second + 1) : null,
    saw: `Counted meanwhile: ${String(ended - begun)}. In the copy, the first counter is ${String(first - second)} ahead of the second.`,
  }));

const countOf = async (subject: Subject): Promise<number> => Number((await subject.exec(['cat', '/run/count'])).stdout);

async function tell(guest: Subject, word: string): Promise<string> {
  await guest.exec(['sh', '-c', `echo ${word} > /srv/www/word.new; mv /srv/www/word.new /srv/www/word`]);
  return word;
}

/** Does the client get to see the word? */
const isSeen = (word: string, load: SteadyLoad): Promise<boolean> =>
  load
    .until(({ saw }) => saw === word, 'the new word', 2_000)
    .then(
      () => true,
      () => false,
    );

const identityOf = async (guest: Subject): Promise<string> =>
  (await guest.exec(['cat', '/proc/sys/kernel/random/boot_id', '/run/held'])).stdout;

const stateOf = async (guest: Subject): Promise<string> => {
  const reread = 'echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/vda skip=2048 count=1 2>/dev/null | head -n 1';
  return (await guest.exec(['sh', '-c', `cat /run/held; ${reread}`])).stdout;
};

/** Saves disk and memory in the machine's own layer, or goes back to what was saved there. */
async function snapshot(guest: RunningGuest, command: 'savevm' | 'loadvm'): Promise<void> {
  const said = await guest.qmp.execute('human-monitor-command', { 'command-line': `${command} kept` });
  if (said !== '') throw new Error(`The monitor refuses ${command}: ${String(said)}`);
}
