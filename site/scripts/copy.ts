/** Shows the copy buttons, which would do nothing without this script, and makes them work. */
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const text = document.getElementById(button.dataset['copy'] ?? '')?.textContent ?? '';
    void copy(button, text);
  });
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const label = button.firstChild;
  if (label === null) return;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = 'Copied';
  } catch {
    // Refused by the browser: the text stands beside the button and can be selected.
    label.textContent = 'Select the text';
  }
  setTimeout(() => (label.textContent = 'Copy'), 2000);
}
