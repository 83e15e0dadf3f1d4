import { check, packagedDocument, truth, type PackagedDocument } from '#verify';

/** A line of a document, and the document's silence where there is none. */
type Quotation = string | null;

const lineWith = ({ text }: PackagedDocument, ...patterns: readonly RegExp[]): Quotation =>
  text
    .split('\n')
    .find((line) => patterns.every((pattern) => pattern.test(line)))
    ?.trim() ?? null;

export default check(async ({ finding, exhibit }) => {
  const [page, chapter, credits] = await Promise.all([
    packagedDocument('manpages', ['usr/share/man/man7/cgroups.7.gz', 'usr/share/man/man7/cgroups.7']),
    packagedDocument('linux-doc', [
      'usr/share/doc/{package}/Documentation/admin-guide/cgroup-v1/cgroups.rst.gz',
      'usr/share/doc/{package}/html/_sources/admin-guide/cgroup-v1/cgroups.rst.txt',
    ]),
    packagedDocument('linux-doc', ['usr/share/doc/{package}/CREDITS.gz', 'usr/share/doc/{package}/CREDITS']),
  ]);
  const rows: string[][] = [];
  const quote = (question: string, document: PackagedDocument, quotation: string) => {
    rows.push([question, quotation, `${document.package} ${document.version}`, document.path.split('/').at(-1) ?? '']);
    return quotation;
  };

  const release = (version: string) =>
    truth(() => {
      const line = lineWith(page, /initial release of the cgroups/i);
      if (line === null)
        return Promise.resolve({ value: null, saw: 'The page does not say when they first appeared.' });
      return Promise.resolve({ value: line.includes(`${version}.`), saw: quote(`first in ${version}?`, page, line) });
    });
  await finding('release', { measure: release('2.6.24'), controls: { 'false-release': release('2.6.23') } });

  const documents = [page, chapter, credits];
  // Silence settles nothing about what did happen; of what we know to be false, not being found is the right answer.
  const year = (asked: number, silence: null | false = null) =>
    truth(() => {
      for (const document of documents) {
        const line = lineWith(document, /2\.6\.24\b/, /\b(19|20)\d\d\b/);
        if (line === null) continue;
        return Promise.resolve({
          value: line.includes(String(asked)),
          saw: quote(`in ${String(asked)}?`, document, line),
        });
      }
      return Promise.resolve({ value: silence, saw: 'None of the documents gives a year for that release.' });
    });
  await finding('year', { measure: year(2008), controls: { 'false-year': year(2006, false) } });

  const named = (name: string, silence: null | false = null) =>
    truth(() => {
      const pattern = new RegExp(name.replace(' ', '\\s+'), 'i');
      for (const document of [chapter, credits]) {
        const line = lineWith(document, pattern);
        if (line !== null) return Promise.resolve({ value: true, saw: quote(`${name}?`, document, line) });
      }
      return Promise.resolve({ value: silence, saw: `Neither the chapter nor the credits name ${name}.` });
    });
  const falseName = { 'false-name': named('Ada Lovelace', false) };
  await finding('menage', { measure: named('Paul Menage'), controls: falseName });
  await finding('seth', { measure: named('Rohit Seth'), controls: falseName });

  await exhibit({
    id: 'quotations',
    title: 'What the documents say',
    columns: ['Asked', 'Line', 'Package', 'File'],
    rows,
  });
});
