/** One tooltip for all drawings. */
const box = document.getElementById('tooltip');

/** Shows content beside a point of the window. */
export function showAt(x, y, ...content) {
  box.replaceChildren(...content.flat(Infinity).filter((part) => part instanceof Node));
  box.hidden = false;
  const own = box.getBoundingClientRect();
  const room = 12;
  const left = x + room + own.width < document.documentElement.clientWidth ? x + room : x - room - own.width;
  const top = y - room - own.height > 0 ? y - room - own.height : y + room;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${Math.max(4, top)}px`;
}

export function hide() {
  box.hidden = true;
}

window.addEventListener('scroll', hide, { passive: true, capture: true });
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide();
});
