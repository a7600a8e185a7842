/** What the page shows, kept in its address: links lead back, and so does the browser's button. */
const NAMES = ['user', 'item', 'versus', 'then'];

/** {user, item, versus, then}; null where nothing is chosen. */
export function read() {
  const given = new URLSearchParams(window.location.hash.slice(1));
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) || null]));
}

/** Puts a choice into the address: as a new step, or in place of the last. */
export function write(choice, step) {
  const kept = new URLSearchParams();
  for (const name of NAMES) {
    if (choice[name]) kept.set(name, choice[name]);
  }
  const hash = `#${kept}`;
  if (hash === (window.location.hash || '#')) return;
  window.history[step ? 'pushState' : 'replaceState'](null, '', hash);
}

export function onChange(listener) {
  window.addEventListener('popstate', listener);
}
