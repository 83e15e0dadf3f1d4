import { filterFromQuery, filterToQuery, matches, type Filter, type FilterRow } from '../lib/claims/filter.ts';

const form = document.querySelector<HTMLFormElement>('#filter');
const rows = [...document.querySelectorAll<HTMLTableRowElement>('table.claims tbody tr')];

if (form !== null) {
  const known = rows.map((element) => ({ element, row: rowOf(element) }));
  const output = form.querySelector('output');
  const fullText = form.querySelector<HTMLAnchorElement>('#full-text');

  const apply = (filter: Filter): void => {
    for (const { element, row } of known) element.hidden = !matches(filter, row);
    const shown = known.filter(({ element }) => !element.hidden).length;
    if (output !== null) output.textContent = `${String(shown)} of ${String(known.length)} claims`;
    if (fullText !== null) fullText.search = filterToQuery({ ...filterFromQuery(''), q: filter.q });
  };
  const fill = (filter: Filter): void => {
    for (const [name, value] of Object.entries(filter)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = String(value);
    }
    // An address may ask for what no option offers; what the fields then say is what is applied.
    apply(read(form));
  };

  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
  form.addEventListener('input', () => {
    const filter = read(form);
    apply(filter);
    history.replaceState(null, '', `${location.pathname}${filterToQuery(filter)}${location.hash}`);
  });
  form.addEventListener('reset', () => {
    history.replaceState(null, '', location.pathname);
    // The fields are emptied after this event.
    queueMicrotask(() => {
      fill(filterFromQuery(''));
    });
  });
  window.addEventListener('popstate', () => {
    fill(filterFromQuery(location.search));
  });
  fill(filterFromQuery(location.search));
}

function read(from: HTMLFormElement): Filter {
  const data = new FormData(from);
  const parameters = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === 'string') parameters.set(name, value);
  return filterFromQuery(parameters.toString());
}

function rowOf(element: HTMLTableRowElement): FilterRow {
  const { topic = '', verdict = '', articles = '', subjects = '' } = element.dataset;
  const text = element.textContent;
  return { text, topic, verdict, articles: articles.split(' '), subjects: subjects.split(' ') };
}
