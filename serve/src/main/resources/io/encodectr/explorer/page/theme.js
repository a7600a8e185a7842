'use strict';

/** The reader's choice of light or dark, kept where the browser allows; else the system's. */
window.encodeTheme = (() => {
  const KEY = 'encode-explorer-theme';
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const listeners = [];
  let chosen = null;
  try {
    const kept = window.localStorage.getItem(KEY);
    chosen = kept === 'dark' || kept === 'light' ? kept : null;
  } catch (e) {
    // Storage is refused: the choice then lasts as long as the page.
  }

  const current = () => chosen ?? (system.matches ? 'dark' : 'light');
  const apply = () => {
    document.documentElement.dataset.theme = current();
    listeners.forEach((listener) => listener(current()));
  };

  system.addEventListener('change', apply);
  apply();

  return {
    current,
    onChange: (listener) => listeners.push(listener),
    toggle() {
      chosen = current() === 'dark' ? 'light' : 'dark';
      try {
        window.localStorage.setItem(KEY, chosen);
      } catch (e) {
        // See above.
      }
      apply();
    },
  };
})();
