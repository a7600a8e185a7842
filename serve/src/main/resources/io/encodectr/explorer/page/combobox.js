import { element } from './elements.js';

const PAUSE = 90;
let made = 0;

/**
 * A search field with a list of what was found (ARIA's combobox): arrows move, Enter chooses,
 * Escape closes.
 *
 * @param options.label what is searched
 * @param options.placeholder an example
 * @param options.shortcut the key that leads here
 * @param options.find gives a promise of entries for a text
 * @param options.show gives {title, detail} of an entry
 * @param options.choose is told the chosen entry
 * @param options.typed makes an entry of a text that was typed without choosing; may give null
 */
export function combobox(options) {
  const id = `combobox-${++made}`;
  let entries = [];
  let active = -1;
  let timer = 0;
  let asked = 0;
  let blurTimer = 0;

  const input = element('input', {
    id, type: 'search', role: 'combobox', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
    placeholder: options.placeholder, 'aria-expanded': 'false', 'aria-controls': `${id}-list`,
    'aria-autocomplete': 'list', 'aria-keyshortcuts': options.shortcut, maxlength: 256,
  });
  const list = element('ul', { id: `${id}-list`, role: 'listbox', 'aria-label': options.label, hidden: true });
  const key = options.shortcut && element('kbd', { 'aria-hidden': 'true' }, options.shortcut);
  const box = element(
    'div',
    { class: 'combobox' },
    element('label', { for: id }, options.label),
    element('div', { class: 'field' }, input, key, list),
  );

  function open(found) {
    entries = found;
    active = -1;
    list.replaceChildren(...found.map(entryElement));
    if (found.length === 0) list.replaceChildren(element('li', { class: 'none', role: 'presentation' }, 'Nothing found'));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    input.removeAttribute('aria-activedescendant');
  }

  function close() {
    asked++;
    window.clearTimeout(timer);
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function entryElement(entry, i) {
    const { title, detail, note } = options.show(entry);
    return element(
      'li',
      {
        id: `${id}-${i}`, role: 'option', 'aria-selected': 'false',
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => choose(entry),
        onpointermove: () => activate(i, false),
      },
      element('span', { class: 'entry-title' }, title),
      detail && element('span', { class: 'entry-detail' }, detail),
      note && element('span', { class: 'entry-note' }, note),
    );
  }

  function activate(i, scroll) {
    if (active === i) return;
    [...list.children].forEach((child, at) => child.setAttribute('aria-selected', String(at === i)));
    active = i;
    if (i < 0) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    input.setAttribute('aria-activedescendant', `${id}-${i}`);
    if (scroll) list.children[i].scrollIntoView({ block: 'nearest' });
  }

  function choose(entry) {
    close();
    input.value = '';
    input.blur();
    options.choose(entry);
  }

  async function search() {
    const own = ++asked;
    try {
      const found = await options.find(input.value.trim());
      if (own === asked && document.activeElement === input) open(found);
    } catch (e) {
      if (own === asked) close();
      options.failed?.(e);
    }
  }

  input.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(search, PAUSE);
  });
  input.addEventListener('focus', () => {
    window.clearTimeout(blurTimer);
    search();
  });
  input.addEventListener('blur', () => {
    blurTimer = window.setTimeout(close, 0);
  });
  input.addEventListener('keydown', (event) => {
    const last = entries.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) {
        search();
      } else if (last >= 0) {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        const next = active < 0 ? (step > 0 ? 0 : last) : active + step;
        activate(next > last ? 0 : next < 0 ? last : next, true);
      }
    } else if (event.key === 'Enter') {
      event.preventDefault();
      enter();
    } else if (event.key === 'Escape') {
      if (list.hidden) input.blur();
      else close();
    }
  });

  /** The marked entry; else what was typed, even while the answer is on its way. */
  async function enter() {
    if (active >= 0 && !list.hidden) {
      choose(entries[active]);
      return;
    }
    const text = input.value.trim();
    if (text === '') return;
    window.clearTimeout(timer);
    const own = ++asked;
    try {
      const found = await options.find(text);
      if (own !== asked) return;
      const entry = options.typed(text, found);
      if (entry) choose(entry);
      else open(found);
    } catch (e) {
      options.failed?.(e);
    }
  }

  return { box, focus: () => input.focus() };
}
