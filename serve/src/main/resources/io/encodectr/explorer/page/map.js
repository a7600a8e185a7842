import { drawnToWidth, element, mark, styled } from './elements.js';
import { clusterNumber, counted, itemName, percent, span } from './words.js';
import * as tooltip from './tooltip.js';
import { agesOf } from './cluster.js';

const TARGET_LETTERS = 36;
const LETTER = 6.5;

/**
 * The low-dimensional space in its two main axes: the catalog as ground, clusters as circles, the
 * target item with its attention, and, when generations are compared, clusters as they were.
 */
export function clusterMap(scene) {
  const box = element('div', { class: 'map' });
  let extras = {};
  let width = 0;
  const redraw = () => {
    if (width > 0) box.replaceChildren(draw(scene, extras, width));
  };
  drawnToWidth(box, (to) => {
    width = to;
    redraw();
  });
  return {
    box,
    /** What lies over the clusters: {targets: [{card, flows}], then: {view, origins}}. */
    overlay(more) {
      extras = { ...extras, ...more };
      const focused = box.contains(document.activeElement) ? document.activeElement.dataset.cluster : null;
      redraw();
      if (focused) box.querySelector(`.cluster[data-cluster="${focused}"]`)?.focus();
    },
  };
}

function draw(scene, { targets = [], then = null }, width) {
  const { view, ground } = scene;
  const height = Math.round(Math.min(width * 0.9, 660));
  const place = scaleOf(ground, view, then, width, height);
  const largest = Math.max(...view.clusters.map(({ size }) => size), ...(then?.view.clusters.map(({ size }) => size) ?? []));
  const radius = (size) => 4 + Math.min(30, width / 17) * Math.sqrt(size / Math.max(1, largest));
  const svg = mark('svg', { width, height, viewBox: `0 0 ${width} ${height}`, class: 'map-drawing', role: 'group', 'aria-label': 'Map of the clusters' });
  svg.append(mark('path', { class: 'ground', d: ground.x.map((x, i) => `M${place.x(x).toFixed(1)} ${place.y(ground.y[i]).toFixed(1)}h0`).join('') }));
  if (then) svg.append(...past(then, view, place, radius));
  svg.append(...targets.flatMap((target, i) => rays(target, i, view, place)));
  const placed = view.clusters.map((cluster, k) => ({ cluster, k })).filter(({ cluster }) => cluster.x !== null);
  placed.sort((a, b) => b.cluster.size - a.cluster.size);
  const ages = agesOf(view);
  placed.forEach(({ cluster, k }, i) => svg.append(clusterMark(scene, cluster, k, place, radius(cluster.size), ages(k), i === 0)));
  svg.append(...names(view, placed, targets, place, radius, width, height));
  svg.append(...targets.map((target, i) => targetMark(target, i, place, width)).filter(Boolean));
  svg.addEventListener('keydown', (event) => move(event, svg, placed));
  return svg;
}

function scaleOf(ground, view, then, width, height) {
  const points = [...view.clusters, ...(then?.view.clusters ?? [])].filter(({ x }) => x !== null);
  const xs = [...ground.x, ...points.map(({ x }) => x)];
  const ys = [...ground.y, ...points.map(({ y }) => y)];
  const extent = (values) => values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
  const [left, right] = extent(xs);
  const [bottom, top] = extent(ys);
  const margin = Math.min(30, width / 16);
  const scale = Math.min((width - 2 * margin) / Math.max(1e-9, right - left), (height - 2 * margin) / Math.max(1e-9, top - bottom));
  return {
    x: (x) => width / 2 + scale * (x - (left + right) / 2),
    y: (y) => height / 2 - scale * (y - (bottom + top) / 2),
  };
}

function clusterMark({ view, select, lit }, cluster, k, place, r, age, first) {
  const name = cluster.name;
  const group = mark(
    'g',
    {
      class: `cluster${age === null ? ' age-unknown' : ''}`, 'data-cluster': k, role: 'button', tabindex: first ? 0 : -1,
      'aria-label': `Cluster ${clusterNumber(k)}, ${name}, ${counted(cluster.size, 'behavior')}`,
      transform: `translate(${place.x(cluster.x).toFixed(1)} ${place.y(cluster.y).toFixed(1)})`,
      onclick: () => select(k),
      onpointerenter: (event) => {
        lit(k);
        tooltip.showAt(
          event.clientX, event.clientY,
          element('strong', {}, `${clusterNumber(k)} \u00b7 ${name}`),
          element('span', {}, counted(cluster.size, 'behavior'), cluster.median !== null && `, ${span(view.asOf - cluster.median)} old`),
          cluster.members.slice(0, 3).map(({ item, weight }) => element('span', {}, `${percent(weight)} ${itemName(view.items[item])}`)),
        );
      },
      onpointerleave: () => {
        lit(null);
        tooltip.hide();
      },
      onkeydown: (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          select(k);
        }
      },
      onfocus: () => lit(k),
      onblur: () => lit(null),
    },
    mark('circle', { class: 'halo', r: r + 4 }),
    mark('circle', { class: 'disc', r }),
    mark('text', { class: 'disc-number', 'text-anchor': 'middle', dy: '0.35em', 'font-size': r > 9 ? 11 : 8.5 }, clusterNumber(k)),
  );
  return styled(group, { '--age': age ?? 0 });
}

/** Names of clusters wherever one fits beside its circle without covering another or a name. */
function names(view, placed, targets, place, radius, width, height) {
  const taken = placed.map(({ cluster }) => {
    const r = radius(cluster.size) - 1;
    const [x, y] = [place.x(cluster.x), place.y(cluster.y)];
    return { left: x - r, right: x + r, top: y - r, bottom: y + r };
  });
  for (const { card } of targets.filter(({ card: { x } }) => x !== null)) {
    const box = targetBox(card, place, width);
    taken.push(box);
  }
  const free = (box) => box.left > 2 && box.right < width - 2 && box.top > 2 && box.bottom < height - 2
    && taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
  const made = [];
  for (const { cluster, k } of placed) {
    const text = clipped(cluster.name, 22);
    const long = text.length * LETTER;
    const r = radius(cluster.size) + 4;
    const [x, y] = [place.x(cluster.x), place.y(cluster.y)];
    const options = [
      { left: x + r, right: x + r + long, top: y - 7, bottom: y + 7 },
      { left: x - r - long, right: x - r, top: y - 7, bottom: y + 7 },
      { left: x - long / 2, right: x + long / 2, top: y + r, bottom: y + r + 14 },
      { left: x - long / 2, right: x + long / 2, top: y - r - 14, bottom: y - r },
    ];
    const box = options.find(free);
    if (!box) continue;
    taken.push(box);
    made.push(mark('text', { class: 'cluster-name', 'data-cluster': k, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, dy: '0.35em', 'text-anchor': 'middle' }, text));
  }
  return made;
}

function clipped(text, letters) {
  return text.length > letters ? `${text.slice(0, letters - 1)}\u2026` : text;
}

/** The target item and a ray to each cluster, as wide as the attention it gets. */
function rays({ card, flows }, which, view, place) {
  if (card.x === null) return [];
  return flows
    .map(({ weight }, k) => ({ weight, k, cluster: view.clusters[k] }))
    .filter(({ weight, cluster }) => weight > 0.004 && cluster && cluster.x !== null)
    .map(({ weight, k, cluster }) =>
      mark('line', {
        class: `ray ray-${which}`, 'data-cluster': k, 'stroke-width': Math.max(0.6, 34 * weight).toFixed(2),
        x1: place.x(card.x), y1: place.y(card.y), x2: place.x(cluster.x), y2: place.y(cluster.y),
      }),
    );
}

function targetMark({ card }, which, place, width) {
  if (card.x === null) return null;
  const right = onTheRight(card, place, width);
  return mark(
    'g',
    { class: `target-mark target-${which}`, transform: `translate(${place.x(card.x).toFixed(1)} ${place.y(card.y).toFixed(1)})` },
    mark('rect', { x: -6, y: -6, width: 12, height: 12, transform: 'rotate(45)' }),
    mark('text', { x: right ? -13 : 13, dy: '0.35em', 'text-anchor': right ? 'end' : 'start' }, clipped(itemName(card), TARGET_LETTERS)),
  );
}

function onTheRight(card, place, width) {
  return place.x(card.x) > width * 0.55;
}

function targetBox(card, place, width) {
  const [x, y] = [place.x(card.x), place.y(card.y)];
  const long = 13 + Math.min(TARGET_LETTERS, itemName(card).length) * LETTER * 1.15;
  const right = onTheRight(card, place, width);
  return { left: right ? x - long : x - 9, right: right ? x + 9 : x + long, top: y - 9, bottom: y + 9 };
}

/** Clusters of the other generation, hollow, with a line to what they became. */
function past({ view: then, origins }, view, place, radius) {
  const lines = view.clusters.flatMap((cluster, k) => {
    const before = origins[k] ? then.clusters[origins[k].cluster] : null;
    if (!before || before.x === null || cluster.x === null) return [];
    return [
      mark('line', {
        class: 'drift', 'data-cluster': k, 'stroke-opacity': Math.max(0.15, origins[k].shared).toFixed(2),
        x1: place.x(before.x), y1: place.y(before.y), x2: place.x(cluster.x), y2: place.y(cluster.y),
      }),
    ];
  });
  const rings = then.clusters
    .filter(({ x }) => x !== null)
    .map(({ x, y, size }) => mark('circle', { class: 'was', cx: place.x(x), cy: place.y(y), r: radius(size) }));
  return [...rings, ...lines];
}

/** Arrows lead to the nearest cluster on that side. */
function move(event, svg, placed) {
  const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const from = placed.find(({ k }) => String(k) === document.activeElement.dataset?.cluster);
  if (!direction || !from) return;
  event.preventDefault();
  let best = null;
  let least = Infinity;
  for (const other of placed) {
    const dx = other.cluster.x - from.cluster.x;
    const dy = other.cluster.y - from.cluster.y;
    const along = dx * direction[0] + dy * direction[1];
    if (other === from || along <= 0) continue;
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    if (along + 2 * aside < least) {
      least = along + 2 * aside;
      best = other;
    }
  }
  if (!best) return;
  svg.querySelectorAll('.cluster').forEach((made) => made.setAttribute('tabindex', '-1'));
  const next = svg.querySelector(`.cluster[data-cluster="${best.k}"]`);
  next.setAttribute('tabindex', '0');
  next.focus();
}
