const MINUS = '\u2212';
const DAY = 86_400;

const dateFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC',
});

export function count(value) {
  return value.toLocaleString('en-US');
}

/** "1 behavior", "2 behaviors". */
export function counted(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share in percent, with as many digits as are worth reading. */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return '<\u200a0.1\u2009%';
  return `${value.toFixed(value < 10 ? 1 : 0)}\u2009%`;
}

/** A probability, in percent with two digits behind the point where it is small. */
export function probability(share) {
  const value = 100 * share;
  return `${value.toFixed(value < 1 ? 3 : 2)}\u2009%`;
}

/** A number with its sign. */
export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `\u00b1${text}`;
  return `${value < 0 ? MINUS : '+'}${text}`;
}

export function number(value, digits) {
  return value.toFixed(digits).replace('-', MINUS);
}

export function date(seconds) {
  return dateFormat.format(new Date(seconds * 1000));
}

export function time(seconds) {
  return `${timeFormat.format(new Date(seconds * 1000))} UTC`;
}

/** A time span in one unit: "3 days". */
export function span(seconds) {
  const s = Math.max(0, seconds);
  if (s < 90) return counted(Math.round(s), 'second');
  if (s < 90 * 60) return counted(Math.round(s / 60), 'minute');
  if (s < 2 * DAY) return counted(Math.round(s / 3600), 'hour');
  if (s < 21 * DAY) return counted(Math.round(s / DAY), 'day');
  if (s < 70 * DAY) return counted(Math.round(s / (7 * DAY)), 'week');
  if (s < 730 * DAY) return counted(Math.round(s / (30.44 * DAY)), 'month');
  return counted(Math.round(s / (365.25 * DAY)), 'year');
}

/** What an item is called. */
export function itemName(card) {
  return card.name ?? card.item;
}

/** What is said of an item under its name. */
export function itemDetail(card) {
  const said = card.name ? [card.item, ...card.categories] : [...card.categories];
  if (!card.known) said.push('unknown to the model');
  return said.join(' \u00b7 ');
}

/**
 * Gives each cluster of a view its name: the theme of its items, with their main category where
 * several clusters share the theme; else its main categories; else its heaviest item.
 */
export function nameClusters(view) {
  const uses = new Map();
  for (const { theme } of view.clusters) uses.set(theme, (uses.get(theme) ?? 0) + 1);
  for (const cluster of view.clusters) {
    const { theme, members } = cluster;
    const kinds = cluster.categories.map(({ category }) => lastPart(category));
    if (theme === null) cluster.name = kinds.slice(0, 2).join(', ');
    else if (uses.get(theme) > 1) cluster.name = [theme, ...kinds.filter((kind) => kind !== lastPart(theme)).slice(0, 1)].join(' \u00b7 ');
    else cluster.name = lastPart(theme);
    if (cluster.name === '') cluster.name = members.length > 0 ? itemName(view.items[members[0].item]) : 'no items';
  }
  return view;
}

/** "Teapots" of "Kitchen/Teapots". */
function lastPart(category) {
  return category.split('/').at(-1).trim() || category;
}

/** A cluster's number as people count. */
export function clusterNumber(index) {
  return index + 1;
}
