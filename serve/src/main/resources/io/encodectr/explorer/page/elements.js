/**
 * A new element. Attributes whose name starts with "on" are listeners; null and false leave an
 * attribute out. Children are elements, or texts, which stay texts: nothing is parsed as markup.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  decorate(made, attributes);
  append(made, children);
  return made;
}

/** The same for a mark of a drawing. */
export function mark(name, attributes = {}, ...children) {
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

/** Sets properties of an element's style; the page's policy allows no style attributes. */
export function styled(made, properties) {
  for (const [name, value] of Object.entries(properties)) made.style.setProperty(name, String(value));
  return made;
}

/** Pairs of a term and what it is; pairs with nothing to say are left out. */
export function termList(pairs, attributes = {}) {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return element(
    'dl',
    attributes,
    told.map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))),
  );
}

/** A bar whose length is a share of its box. */
export function bar(share, attributes = {}) {
  const fill = styled(element('span', { class: 'bar-fill' }), { width: `${100 * Math.min(1, Math.max(0, share))}%` });
  return element('span', { 'aria-hidden': 'true', ...attributes, class: `bar-box ${attributes.class ?? ''}` }, fill);
}

/** Calls draw(width) now and whenever the box gets another width. */
export function drawnToWidth(box, draw) {
  let last = 0;
  const observer = new ResizeObserver(() => {
    if (!box.isConnected) {
      observer.disconnect();
      return;
    }
    const width = Math.floor(box.clientWidth);
    if (width > 0 && width !== last) {
      last = width;
      draw(width);
    }
  });
  observer.observe(box);
  return box;
}
