'use strict';

/**
 * A new element. Attributes whose name starts with "on" are listeners; null and false leave an
 * attribute out. Children are elements, or texts, which stay texts: nothing is parsed as markup.
 */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  decorate(made, attributes);
  append(made, children);
  return made;
}

/** The same for a mark of an inline drawing. */
function mark(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  decorate(made, attributes);
  append(made, children);
  return made;
}

function decorate(made, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else {
      made.setAttribute(key, value === true ? '' : String(value));
    }
  }
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** A table of plain texts: heads above, first cell of each row a row head. */
function plainTable(heads, rows, attributes = {}) {
  return element(
    'table',
    { class: 'plain', ...attributes },
    element('thead', {}, element('tr', {}, heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      rows.map((cells) =>
        element(
          'tr',
          { class: cells.chosen ? 'chosen' : null },
          cells.map((cell, i) => element(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : null }, cell)),
        ),
      ),
    ),
  );
}

/** Pairs of a term and what it is; pairs with nothing to say are left out. */
function termList(pairs, attributes = {}) {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return element(
    'dl',
    attributes,
    told.map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))),
  );
}

/** A button that puts a text on the clipboard, or marks it where there is no clipboard. */
function copyButton(text, source) {
  const button = element('button', { type: 'button', class: 'quiet' }, 'Copy');
  const say = (word) => {
    button.textContent = word;
    window.setTimeout(() => (button.textContent = 'Copy'), 2000);
  };
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch (e) {
      window.getSelection().selectAllChildren(source);
      say('Marked: press Ctrl+C');
    }
  });
  return button;
}
