import { bar, drawnToWidth, element, mark } from './elements.js';
import { counted, itemDetail, itemName, percent, time } from './words.js';
import * as tooltip from './tooltip.js';

const HEIGHT = 150;
const LISTED = 6;

/** Attention of one candidate to the last behaviors: a column for each, the latest at the right. */
export function recentAttention(scene, candidate, items) {
  const flows = candidate.recent;
  if (flows.length === 0) return element('p', { class: 'muted' }, 'There are no real-time behaviors to attend to.');
  const chart = element('div', { class: 'recent-chart' });
  const most = Math.max(...flows.map(({ weight }) => weight));
  drawnToWidth(chart, (width) => chart.replaceChildren(columns(scene, flows, items, most, width)));
  return element('div', { class: 'recent' }, chart, heaviest(scene, flows, items, most));
}

function columns({ pick }, flows, items, most, width) {
  const step = Math.min(26, width / flows.length);
  const left = width - step * flows.length;
  const svg = mark('svg', {
    width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, class: 'recent-drawing', role: 'img',
    'aria-label': `Attention to ${counted(flows.length, 'real-time behavior')}, the latest at the right`,
  });
  flows.forEach(({ item, time: at, weight, event }, i) => {
    const height = Math.max(1, ((HEIGHT - 6) * weight) / most);
    const x = left + i * step;
    svg.append(
      mark(
        'g',
        {
          class: event ? 'column event' : 'column',
          onclick: () => pick(items[item].item),
          onpointermove: (moved) =>
            tooltip.showAt(
              moved.clientX, moved.clientY,
              element('strong', {}, itemName(items[item])),
              element('span', {}, itemDetail(items[item])),
              element('span', {}, `${percent(weight)} of the attention`),
              element('span', {}, time(at), event && ', since the generation'),
            ),
          onpointerleave: () => tooltip.hide(),
        },
        mark('rect', { class: 'column-ground', x, y: 0, width: step, height: HEIGHT }),
        mark('rect', { class: 'column-bar', x: x + step * 0.12, y: HEIGHT - height, width: step * 0.76, height, rx: Math.min(2, step / 4) }),
      ),
    );
  });
  return svg;
}

/** Items that get most; what happened more than once is added up. */
function heaviest({ pick }, flows, items, most) {
  const byItem = new Map();
  for (const { item, weight, event } of flows) {
    const before = byItem.get(item) ?? { item, weight: 0, times: 0, event: false };
    byItem.set(item, { item, weight: before.weight + weight, times: before.times + 1, event: before.event || event });
  }
  const sorted = [...byItem.values()].sort((a, b) => b.weight - a.weight);
  const first = sorted.slice(0, LISTED);
  const latest = byItem.get(flows.at(-1).item);
  if (latest.event && !first.includes(latest)) first[first.length - 1] = latest;
  const longest = Math.max(most, ...first.map(({ weight }) => weight));
  return element(
    'ul',
    { class: 'members' },
    first.map(({ item, weight, times, event }) =>
      element(
        'li',
        { class: event ? 'event' : null },
        element(
          'button',
          { type: 'button', title: 'Make it the target item', onclick: () => pick(items[item].item) },
          element('span', { class: 'member-name' }, itemName(items[item]), times > 1 && element('span', { class: 'muted' }, ` ${times}\u00d7`)),
          element('span', { class: 'member-detail' }, itemDetail(items[item])),
          bar(weight / longest),
          element('span', { class: 'share-value' }, percent(weight)),
        ),
      ),
    ),
  );
}
