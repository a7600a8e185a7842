import { drawnToWidth, element, mark, styled } from './elements.js';
import { clusterNumber, count, counted, itemDetail, itemName, time } from './words.js';
import * as tooltip from './tooltip.js';
import { agesOf } from './cluster.js';

const ROW = 19;
const AXIS = 30;
const NEAR = 7;
const EVENTS_PART = 0.12;
const SAME = 2.5;
const LISTED = 6;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The history: a lane for each cluster, a tick for each behavior. */
export function timeline(scene) {
  const { view } = scene;
  const lanes = lanesOf(view);
  if (lanes.length === 0) return element('p', { class: 'muted' }, 'Nothing is known of what this user did.');
  const ages = agesOf(view);
  const chart = element('div', { class: 'lanes-chart' });
  const labels = element('ul', { class: 'lane-labels', id: 'lanes', 'aria-label': 'Clusters, the latest first' }, lanes.map((lane, at) => label(scene, lane, at, ages)));
  labels.addEventListener('keydown', (event) => rove(event, labels));
  const box = element('div', { class: 'lanes' }, labels, chart);
  drawnToWidth(chart, (width) => chart.replaceChildren(draw(scene, lanes, ages, width)));
  return box;
}

/** [{cluster, kind, ticks: [{time, item}]}], the cluster whose middle is latest first. */
function lanesOf({ clusters, timeline: line, timeline: { events } }) {
  const known = clusters.map((cluster, k) => ({ cluster: k, kind: 'cluster', ticks: [] }));
  const loose = { cluster: null, kind: 'loose', ticks: [] };
  const since = { cluster: null, kind: 'event', ticks: [] };
  const first = line.items.length - events;
  line.items.forEach((item, i) => {
    const lane = i >= first ? since : (known[line.clusters[i]] ?? loose);
    lane.ticks.push({ time: line.times[i], item });
  });
  const middle = (lane) => lane.ticks[Math.floor(lane.ticks.length / 2)]?.time ?? -Infinity;
  known.sort((a, b) => middle(b) - middle(a) || clusters[b.cluster].size - clusters[a.cluster].size);
  return [since, ...known, loose].filter((lane) => lane.kind === 'cluster' || lane.ticks.length > 0);
}

function label({ view, select }, lane, at, ages) {
  if (lane.kind !== 'cluster') {
    const text = lane.kind === 'event' ? 'Since then' : view.allMembers ? 'In no cluster' : 'Not stored where';
    return element('li', { class: `lane-label ${lane.kind}` }, element('span', { class: 'lane-name' }, text), element('span', { class: 'lane-size' }, count(lane.ticks.length)));
  }
  const cluster = view.clusters[lane.cluster];
  const name = cluster.name;
  return element(
    'li',
    { class: 'lane-label' },
    styled(
      element(
        'button',
        {
          type: 'button', 'data-cluster': lane.cluster, tabindex: at === 0 || (at === 1 && view.timeline.events > 0) ? 0 : -1,
          'aria-label': `Cluster ${clusterNumber(lane.cluster)}, ${name}, ${counted(cluster.size, 'behavior')}`,
          class: ages(lane.cluster) === null ? 'age-unknown' : null,
          onclick: () => select(lane.cluster),
        },
        element('span', { class: 'badge' }, clusterNumber(lane.cluster)),
        element('span', { class: 'lane-name' }, name),
        element('span', { class: 'lane-size' }, count(cluster.size)),
      ),
      { '--age': ages(lane.cluster) ?? 0 },
    ),
  );
}

/** Up and down among the buttons of a list; one of them is in the order of Tab. */
function rove(event, list) {
  const buttons = [...list.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const next = buttons[Math.min(buttons.length - 1, Math.max(0, to))];
  buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
  next.focus();
}

function draw(scene, lanes, ages, width) {
  const { view } = scene;
  const times = view.timeline.times;
  const from = Math.min(times[0], view.asOf);
  const to = Math.max(view.asOf, times.at(-1));
  const scale = scaleOf(from, view.asOf, to, width);
  const height = AXIS + lanes.length * ROW;
  const svg = mark('svg', {
    width, height, viewBox: `0 0 ${width} ${height}`, class: 'lanes-drawing', role: 'img',
    'aria-label': `${counted(times.length, 'behavior')} from ${time(from)} to ${time(times.at(-1))}`,
  });
  svg.append(...axis(from, scale.broken ? view.asOf : to, scale, height, width), ...recentBand(view, scale, height));
  lanes.forEach((lane, row) => svg.append(laneMark(lane, row, scale, width, ages)));
  if (view.timeline.events > 0) svg.append(mark('line', { class: 'as-of', x1: scale(view.asOf), x2: scale(view.asOf), y1: AXIS - 6, y2: height }));
  svg.append(mark('circle', { class: 'tick-mark', r: 4.5, visibility: 'hidden' }));
  listen(svg, scene, lanes, scale);
  return svg;
}

/** Places of times; where events are long after the generation, they get the last part for themselves. */
function scaleOf(from, asOf, to, width) {
  const wide = width - 10;
  const broken = to - asOf > EVENTS_PART * (asOf - from);
  const part = broken ? 1 - EVENTS_PART : 1;
  const place = (at) => {
    if (broken && at > asOf) return 4 + wide * (part + (EVENTS_PART * (at - asOf)) / (to - asOf));
    return 4 + (wide * part * (at - from)) / Math.max(1, (broken ? asOf : to) - from);
  };
  place.broken = broken;
  return place;
}

/** The last behaviors, to which the scorer attends one by one. */
function recentBand(view, scale, height) {
  const behaviors = view.timeline.times.length - view.timeline.events;
  const recent = Math.min(behaviors, view.recentLength ?? 0);
  if (recent < 2 || recent === behaviors) return [];
  const start = scale(view.timeline.times[behaviors - recent]);
  const end = scale(view.timeline.times[behaviors - 1]);
  return [mark('rect', { class: 'recent-band', x: start - 2, y: AXIS - 4, width: end - start + 4, height: height - AXIS + 4 }, mark('title', {}, `the last ${recent}`))];
}

function laneMark(lane, row, scale, width, ages) {
  const y = AXIS + row * ROW;
  const middle = y + ROW / 2;
  const path = bundles(lane, scale).map(({ x, ticks: { length } }) => {
    const half = Math.min(ROW - 3, 2 + 4 * Math.sqrt(length)) / 2;
    return `M${x.toFixed(1)} ${(middle - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  });
  const group = mark(
    'g',
    { class: `lane ${lane.kind}${lane.cluster !== null && ages(lane.cluster) === null ? ' age-unknown' : ''}`, 'data-cluster': lane.cluster },
    mark('rect', { class: 'lane-ground', x: 0, y, width, height: ROW }),
    mark('line', { class: 'lane-line', x1: 0, x2: width, y1: middle, y2: middle }),
    mark('path', { class: 'ticks', d: path.join('') }),
  );
  return lane.cluster === null ? group : styled(group, { '--age': ages(lane.cluster) ?? 0 });
}

/** Behaviors that fall on one place, [{x, ticks}]: drawn as one tick, the longer the more they are. */
function bundles(lane, scale) {
  const found = [];
  for (const tick of lane.ticks) {
    const x = scale(tick.time);
    const last = found.at(-1);
    if (last && x - last.x < SAME) last.ticks.push(tick);
    else found.push({ x, ticks: [tick] });
  }
  return found;
}

function listen(svg, { view, select, lit, pick }, lanes, scale) {
  const ring = svg.querySelector('.tick-mark');
  const at = (event) => {
    const place = svg.getBoundingClientRect();
    const row = Math.floor((event.clientY - place.top - AXIS) / ROW);
    const lane = lanes[row];
    if (!lane) return {};
    const x = event.clientX - place.left;
    let nearest = null;
    for (const bundle of bundles(lane, scale)) {
      const distance = Math.abs(bundle.x - x);
      if (distance <= NEAR && (nearest === null || distance < Math.abs(nearest.x - x))) nearest = bundle;
    }
    return { lane, row, bundle: nearest };
  };
  svg.addEventListener('pointermove', (event) => {
    const { lane, row, bundle } = at(event);
    lit(lane?.cluster ?? null);
    ring.setAttribute('visibility', bundle ? 'visible' : 'hidden');
    if (!bundle) {
      tooltip.hide();
      return;
    }
    ring.setAttribute('cx', bundle.x);
    ring.setAttribute('cy', AXIS + row * ROW + ROW / 2);
    const { ticks: found } = bundle;
    const first = view.items[found[0].item];
    tooltip.showAt(
      event.clientX, event.clientY,
      found.length === 1 ? [element('strong', {}, itemName(first)), element('span', {}, itemDetail(first))] : element('strong', {}, counted(found.length, 'behavior')),
      found.length > 1 && found.slice(0, LISTED).map(({ item }) => element('span', {}, itemName(view.items[item]))),
      found.length > LISTED && element('span', {}, `and ${found.length - LISTED} more`),
      element('span', {}, time(found[0].time)),
    );
  });
  svg.addEventListener('pointerleave', () => {
    lit(null);
    ring.setAttribute('visibility', 'hidden');
    tooltip.hide();
  });
  svg.addEventListener('click', (event) => {
    const { lane, bundle } = at(event);
    if (bundle) pick(view.items[bundle.ticks[0].item].item);
    else if (lane?.cluster !== null && lane) select(lane.cluster);
  });
}

function axis(from, to, scale, height, width) {
  const marks = [];
  const wanted = Math.max(2, Math.floor(width / 110));
  let lastEnd = -Infinity;
  for (const { at, text } of ticks(from, to, wanted)) {
    const x = scale(at);
    marks.push(mark('line', { class: 'grid', x1: x, x2: x, y1: AXIS - 4, y2: height }));
    const half = text.length * 3.4;
    const place = Math.min(width - half, Math.max(half, x));
    if (place - half < lastEnd + 8) continue;
    lastEnd = place + half;
    marks.push(mark('text', { class: 'axis', x: place, y: AXIS - 12, 'text-anchor': 'middle' }, text));
  }
  return marks;
}

/** Round times in a span: hours, days, months or years. */
export function ticks(from, to, wanted) {
  const spanned = Math.max(1, to - from);
  const found = [];
  const month = (at) => new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at * 1000);
  const day = (at) => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at * 1000);
  const hour = (at) => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(at * 1000);
  const step = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY].find((length) => spanned / length <= wanted);
  if (step) {
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push({ at, text: step < DAY ? hour(at) : day(at) });
    return found;
  }
  const months = [1, 2, 3, 6, 12, 24, 60, 120].find((length) => spanned / (length * 30.44 * DAY) <= wanted) ?? 240;
  const start = new Date(from * 1000);
  let at = Date.UTC(start.getUTCFullYear(), months >= 12 ? 0 : Math.floor(start.getUTCMonth() / months) * months, 1) / 1000;
  while (at <= to) {
    if (at >= from) found.push({ at, text: months >= 12 ? String(new Date(at * 1000).getUTCFullYear()) : month(at) });
    const then = new Date(at * 1000);
    at = Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + months, 1) / 1000;
  }
  return found;
}
