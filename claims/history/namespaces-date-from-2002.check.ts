import { check, packagedDocument, truth, type PackagedDocument } from '#verify';

/** Lines around a name within which a document must say what that person did. */
const reach = 12;

/** Somebody is named for a part of the work, not as the author of the page. */
const deed = /\bauthors?:|conceptuali[sz]ed|implemented by|written by/i;
const matter = /namespace|CLONE_NEW|unshare\(\)/i;

/** The passage in which a document says what somebody did about namespaces; null where it does not. */
function passage({ text }: PackagedDocument, name: RegExp): string | null {
  const lines = text.replaceAll(/\n(?=Al Viro)/g, ' ').split('\n');
  for (const [at, line] of lines.entries()) {
    if (!name.test(line) || !deed.test(line)) continue;
    const around = lines.slice(Math.max(0, at - reach), at + reach).find((other) => matter.test(other));
    if (around !== undefined) return `${around.trim()} ... ${line.trim()}`;
  }
  return null;
}

export default check(async ({ finding, supporting, exhibit }) => {
  const manual = (page: string, section: 2 | 7) =>
    packagedDocument(section === 2 ? 'manpages-dev' : 'manpages', [
      `usr/share/man/man${String(section)}/${page}.${String(section)}.gz`,
    ]);
  const [mounts, clone, unshare, namespaces] = await Promise.all([
    manual('mount_namespaces', 7),
    manual('clone', 2),
    packagedDocument('linux-doc', [
      'usr/share/doc/{package}/Documentation/userspace-api/unshare.rst.gz',
      'usr/share/doc/{package}/html/_sources/userspace-api/unshare.rst.txt',
    ]),
    manual('namespaces', 7),
  ]);
  const documents = [mounts, clone, unshare, namespaces];
  const rows: string[][] = [];
  const quote = (question: string, document: PackagedDocument, quotation: string) => {
    rows.push([question, quotation, `${document.package} ${document.version}`, document.path.split('/').at(-1) ?? '']);
    return quotation;
  };

  const release = (version: string) =>
    truth(() => {
      const line = /^Mount namespaces first appeared in .*$/m.exec(mounts.text)?.[0] ?? null;
      if (line === null) return { value: null, saw: 'The page does not say when they first appeared.' };
      return { value: line.includes(`${version}.`), saw: quote(`first in ${version}?`, mounts, line) };
    });
  await finding('release', { measure: release('2.4.19'), controls: { 'false-release': release('2.4.18') } });

  // Silence settles nothing about what did happen; of what we know to be false, not being found is the right answer.
  const year = (asked: number, silence: null | false = null) =>
    truth(() => {
      for (const document of documents) {
        const line = document.text.split('\n').find((one) => /2\.4\.19\b/.test(one) && /\b(19|20)\d\d\b/.test(one));
        if (line === undefined) continue;
        return { value: line.includes(String(asked)), saw: quote(`in ${String(asked)}?`, document, line.trim()) };
      }
      return { value: silence, saw: 'None of the documents gives a year for that release.' };
    });
  await finding('year', { measure: year(2002), controls: { 'false-year': year(1999, false) } });

  /** When the page's change log first tells of a flag: in which year by the date on the line, or on the nearest above. */
  const notedBy = (flag: string, asked: number) =>
    truth(() => {
      const log = clone.text.split('\n').filter((line) => line.startsWith('.\\"'));
      const at = log.findIndex((line) => line.includes(flag));
      const dated = log.slice(0, at + 1).findLast((line) => /\b(19|20)\d\d\b/.test(line));
      if (at === -1 || dated === undefined) return { value: null, saw: `The page's change log does not date ${flag}.` };
      const entry = [...new Set([dated, log[at] ?? ''])].map((line) => line.slice(3).trim()).join(' ');
      const year = Number(/\b(?:19|20)\d\d\b/.exec(dated)?.[0]);
      return { value: year <= asked, saw: quote(`${flag} noted by ${String(asked)}?`, clone, entry) };
    });
  await supporting('noted-in-2002', {
    measure: notedBy('CLONE_NEWNS', 2002),
    controls: { 'later-kind': notedBy('CLONE_NEWPID', 2002) },
  });

  const named = (name: RegExp, words: string, silence: null | false = null) =>
    truth(() => {
      for (const document of documents) {
        const found = passage(document, name);
        if (found !== null) return { value: true, saw: quote(`${words}?`, document, found) };
      }
      return { value: silence, saw: `None of the documents says what ${words} did about namespaces.` };
    });
  const falseName = { 'false-name': named(/Ada\s+Lovelace/, 'Ada Lovelace', false) };
  await finding('biederman', { measure: named(/Eric W\. Biederman/, 'Eric W. Biederman'), controls: falseName });
  await finding('emelyanov', { measure: named(/Pavel Emelyanov/, 'Pavel Emelyanov'), controls: falseName });
  await finding('viro', { measure: named(/Al(exander)? Viro/, 'Al Viro'), controls: falseName });
  await finding('gorcunov', { measure: named(/Cyrill Gorcunov/, 'Cyrill Gorcunov'), controls: falseName });

  await exhibit({
    id: 'quotations',
    title: 'What the documents say',
    columns: ['Asked', 'Passage', 'Package', 'File'],
    rows,
  });
});
