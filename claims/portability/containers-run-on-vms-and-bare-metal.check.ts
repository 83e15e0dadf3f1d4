import { join } from 'node:path';
import { check, exportTree, runExported, truth, type Image } from '#verify';

/** A head of an ELF file as far as a kernel reads it: 64 bit, executable, for AVR microcontrollers (e_machine 83). */
function programForAvr(): Uint8Array {
  const head = new Uint8Array(4096);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.set([2, 0, 83, 0, 1], 16);
  return head;
}

export default check(async ({ lab, finding, supporting }) => {
  const word = lab.token();
  const wanted = `${word} 0`;
  const native = await lab.builtImage({
    name: 'anywhere',
    from: 'bare',
    files: { '/word': word, '/program': '#!/bin/sh\necho "$(cat /word) $(id -u)"\n' },
  });
  const foreign = await lab.builtImage({
    name: 'elsewhere',
    from: 'bare',
    files: { '/word': word, '/program': programForAvr() },
  });

  const judged = ({ exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string }) => {
    const value = exitCode === 0 && stdout.trim() === wanted;
    return { value, saw: value ? 'It printed what it should.' : `Exit code ${String(exitCode)}: ${stdout}${stderr}` };
  };
  const here = (image: Image) =>
    truth(async () => {
      try {
        return judged(await lab.complete({ image, init: false, network: 'none', command: ['/program'] }));
      } catch (error) {
        return { value: false, saw: `The engine refuses: ${error instanceof Error ? error.message : ''}` };
      }
    });
  await finding('on-this-host', { measure: here(native), controls: { 'another-architecture': here(foreign) } });

  const folder = await lab.scratchDirectory();
  const exported = async (image: Image, name: string): Promise<string> => {
    const path = join(folder, `${name}.tar`);
    await exportTree(await lab.createdContainer({ image, command: ['/program'] }), path);
    return path;
  };
  const guest = await lab.guest({
    image: 'minimal',
    disks: [
      { path: await exported(native, 'native'), format: 'raw', readOnly: true },
      { path: await exported(foreign, 'foreign'), format: 'raw', readOnly: true },
    ],
  });
  const inside = (disk: string) => truth(async () => judged(await runExported(guest, disk, '/program')));
  await finding('in-a-guest', {
    measure: inside('/dev/vdb'),
    controls: { 'another-architecture': inside('/dev/vdc') },
  });

  await supporting('host-is-virtual', {
    measure: truth(async () => {
      // A hypervisor that does not hide sets this flag (Linux, cpufeatures.h).
      const { stdout } = await lab.host.exec(['cat', '/proc/cpuinfo']);
      const value = /\bhypervisor\b/.test(stdout);
      return { value, saw: value ? 'Its processor tells of a hypervisor.' : 'Nothing tells of a hypervisor.' };
    }),
  });
});
