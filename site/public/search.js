// Plain JavaScript, served as it is: a bundler would rewrite the import of the index, which is made after bundling.
// The index is loaded when somebody searches, and not before.

const form = document.querySelector('#search');
const list = document.querySelector('#found');
const output = form.querySelector('output');
const shownAtMost = 30;

let engine;
const open = () => (engine ??= import(new URL('pagefind/pagefind.js', import.meta.url)));

/** Only the newest search may show its results. */
let latest = 0;

async function search(words) {
  latest += 1;
  const mine = latest;
  if (words === '') {
    list.replaceChildren();
    output.textContent = '';
    return;
  }
  output.textContent = 'Searching …';
  try {
    const { search: find } = await open();
    const { results } = await find(words);
    const pages = await Promise.all(results.slice(0, shownAtMost).map((result) => result.data()));
    if (mine !== latest) return;
    list.replaceChildren(...pages.map(entry));
    const count = results.length === 1 ? '1 page' : `${results.length} pages`;
    output.textContent = results.length > shownAtMost ? `${count}, the first ${shownAtMost} shown` : count;
  } catch (error) {
    if (mine === latest)
      output.textContent = `The index could not be read (${error.message}). It is made by the build.`;
  }
}

function entry({ url, meta, excerpt }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = url;
  link.textContent = meta.title ?? url;
  const verdict = document.createElement('span');
  verdict.className = 'soft small';
  verdict.textContent = meta.verdict === undefined ? '' : ` ${meta.verdict}`;
  const text = document.createElement('p');
  text.append(...marked(excerpt));
  item.append(link, verdict, text);
  return item;
}

/** The excerpt's text with its marks and nothing else: a page may show what a record says, and a record is anybody's. */
function marked(excerpt) {
  const { body } = new DOMParser().parseFromString(excerpt, 'text/html');
  return [...body.childNodes].map((node) => {
    if (node.nodeName !== 'MARK') return node.textContent ?? '';
    const mark = document.createElement('mark');
    mark.textContent = node.textContent;
    return mark;
  });
}

const asked = () => new URLSearchParams(location.search).get('q') ?? '';
const field = form.elements.namedItem('q');

function show() {
  field.value = asked();
  void search(asked().trim());
}

form.hidden = false;
document.querySelector('#without-script').hidden = true;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const words = field.value.trim();
  if (words === asked()) return;
  history.pushState(null, '', words === '' ? location.pathname : `?${new URLSearchParams({ q: words })}`);
  void search(words);
});
window.addEventListener('popstate', show);
show();
