import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, packagedDocument, truth, unpackedPackage, type Subject } from '#verify';

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const { directory, name, version } = await unpackedPackage('virt-what');
  const manual = await packagedDocument('virt-what', ['usr/share/man/man1/virt-what.1.gz']);
  const table = await packagedDocument('virt-what', ['usr/sbin/virt-what']);
  const rows: string[][] = [];

  /** What the manual says that a machine is where the program prints this name. */
  const described = (fact: string): string => {
    const entries = manual.text.split(/^(?=\.IP )/m);
    const entry = entries.find((one) => one.startsWith(`.IP "\\fB${fact}\\fR"`)) ?? '';
    const words = entry.split('\n').filter((line) => !line.startsWith('.'));
    return words
      .join(' ')
      .replaceAll(/\\s-?\d|\\f./g, '')
      .replace(/Status:.*|Note that.*/, '')
      .trim();
  };
  /** By what the program tells it: the processor's word for its hypervisor, or the maker's name in the firmware. */
  const signature = (fact: string): string => {
    // The condition stands on the line before the name.
    const condition = new RegExp(`^(.*)\\n\\s*echo ${fact}$`, 'm').exec(table.text)?.[1] ?? '';
    const by = /"\$cpuid" = "([^"]+)"|grep -q '(?:Manufacturer|Product Name): ([^']+)'/.exec(condition);
    return by?.[1] ?? by?.[2] ?? '';
  };
  const isHypervisor = (fact: string) =>
    truth(() => {
      const [says, by] = [described(fact), signature(fact)];
      rows.push([fact, says || '(not in it)', by || '(none)']);
      return {
        value: /\b(hypervisor|guest)\b/i.test(says) && by !== '',
        saw: `${name} ${version}: "${says || 'no entry'}" It is told by ${by === '' ? 'no signature' : `"${by}"`}.`,
      };
    });
  for (const fact of ['vmware', 'hyperv', 'virtualbox', 'kvm']) {
    await finding(fact, {
      measure: isHypervisor(fact),
      controls: { container: isHypervisor('docker'), unknown: isHypervisor(`hypervisor-${lab.token()}`) },
    });
  }

  /** The word that the processor gives for its hypervisor (CPUID leaf 0x40000000), by the package's own small program. */
  const helper = (await readFile(join(directory, 'usr/libexec/virt-what-cpuid-helper'))).toString('base64');
  const leaf = async (subject: Subject): Promise<string> => {
    const script = 'base64 -d > /tmp/leaf && chmod 755 /tmp/leaf && /tmp/leaf; rm -f /tmp/leaf';
    return (await subject.exec(['sh', '-c', script], { stdin: helper })).stdout.trim();
  };
  const live = (guest: () => Promise<Subject>, fact: string) =>
    truth(async () => {
      const subject = await guest();
      const word = await leaf(subject);
      const known = [...table.text.matchAll(/"\$cpuid" = "([^"]+)" *\]; then\s+echo (\w+)/g)];
      const tells = known.find(([, own]) => own === word)?.[2] ?? 'nothing that it knows';
      return { value: tells === fact, saw: `The processor's word is "${word}", by which the table tells ${tells}.` };
    });
  await finding('emulator-live', {
    measure: live(() => lab.restoredGuest({ emulated: true }), 'qemu'),
    controls: {
      'without-leaf': live(() => lab.restoredGuest({ emulated: true, cpuModel: 'max,tcg-cpuid=off' }), 'qemu'),
    },
  });
  await supporting('kvm-live', { measure: live(() => lab.restoredGuest(), 'kvm') });

  await exhibit({
    id: 'table',
    title: `What ${name} ${version} says of each, and by what it tells it`,
    columns: ['Name', 'Description', 'Signature'],
    rows,
  });
});
