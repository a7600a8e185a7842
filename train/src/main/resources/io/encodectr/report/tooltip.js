'use strict';

/** One tooltip for tables; charts place their own, with the same content. */
const tooltip = (() => {
  const box = document.getElementById('tooltip');
  let owner = null;

  function place(target) {
    const room = 8;
    const cell = target.getBoundingClientRect();
    const own = box.getBoundingClientRect();
    const left = Math.min(Math.max(room, cell.left), document.documentElement.clientWidth - own.width - room);
    const above = cell.top - own.height - room;
    box.style.left = `${Math.max(room, left)}px`;
    box.style.top = `${above >= room ? above : cell.bottom + room}px`;
  }

  function hide() {
    owner = null;
    box.hidden = true;
  }

  window.addEventListener('scroll', hide, { passive: true, capture: true });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });

  return {
    /** Shows content() while the pointer is on the target. */
    attach(target, content) {
      target.addEventListener('pointerenter', () => {
        owner = target;
        box.replaceChildren(content());
        box.hidden = false;
        place(target);
      });
      target.addEventListener('pointerleave', () => {
        if (owner === target) hide();
      });
    },
  };
})();

/** A row's numbers in some columns: mean, deviation and each seed's value. */
function measurementCard(row, keys, heading = row.label) {
  const parts = keys
    .map((key) => ({ key, ...measured(row, key) }))
    .filter(({ mean }) => mean !== null)
    .map(({ key, mean, std, seeds }) => [
      element(
        'p',
        { class: 'tip-mean' },
        element('span', {}, headOf(key)),
        element('strong', {}, written(key, mean) + (std === null ? '' : ` \u00b1 ${written(key, std)}`)),
      ),
      seeds.length > 1 &&
        element(
          'ul',
          { class: 'tip-seeds' },
          seeds.map(({ seed, value }) =>
            element('li', {}, element('span', {}, `seed ${seed}`), element('span', {}, written(key, value))),
          ),
        ),
    ]);
  return element('div', { class: 'tip' }, element('p', { class: 'tip-head' }, heading), parts);
}
