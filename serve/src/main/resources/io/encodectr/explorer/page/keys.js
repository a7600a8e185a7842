import { element } from './elements.js';

const KEYS = [
  ['/', 'Search a user'],
  ['i', 'Search a target item'],
  ['c', 'Search an item to compare with'],
  ['l', 'Go to the clusters; \u2191 \u2193 move, Enter selects'],
  ['m', 'Go to the map; \u2190 \u2191 \u2192 \u2193 move, Enter selects'],
  ['g', 'Compare with another generation'],
  ['w', 'Try a click on the target item'],
  ['t', 'Light or dark'],
  ['?', 'This list'],
  ['Esc', 'Close what is open'],
];

/** Listens for single keys outside of fields: {key: action}. */
export function listen(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.('input, select, textarea, dialog')) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

/** The list of keys, as a dialog. */
export function showKeys() {
  const dialog = document.getElementById('keys');
  if (dialog.open) return;
  dialog.replaceChildren(
    element('h2', { id: 'keys-title' }, 'Keys'),
    element('dl', { class: 'keys' }, KEYS.map(([key, what]) => element('div', {}, element('dt', {}, element('kbd', {}, key)), element('dd', {}, what)))),
    element('p', { class: 'actions' }, element('button', { type: 'button', class: 'quiet', autofocus: true, onclick: () => dialog.close() }, 'Close')),
  );
  dialog.showModal();
}
