import { bar, drawnToWidth, element, mark, styled } from './elements.js';
import { clusterNumber, counted, itemName, percent } from './words.js';
import * as tooltip from './tooltip.js';
import { agesOf } from './cluster.js';

const NARROW = 620;
const CLUSTERS = 8;
const HEIGHT = 460;
const GAP = 7;
const NODE = 9;
const LEAST_MEMBER = 0.008;
const LINE = 13;

/** Attention of one candidate to clusters and on to their members, as wide as the weights. */
export function flow(scene, candidate, items) {
  const nodes = nodesOf(candidate);
  const box = element('div', { class: 'flow' });
  drawnToWidth(box, (width) =>
    box.replaceChildren(width < NARROW ? list(scene, nodes, items) : sankey(scene, candidate, nodes, items, width)),
  );
  return box;
}

/**
 * The clusters that get most, each with the members that are worth drawing, and the others as one:
 * [{cluster, weight, members: [{item, share}], rest, restItems}].
 */
function nodesOf({ clusters }) {
  const ordered = clusters.map(({ weight, members, rest }, cluster) => ({ cluster, weight, members, rest })).sort((a, b) => b.weight - a.weight);
  const shown = ordered.length > CLUSTERS + 1 ? ordered.slice(0, CLUSTERS) : ordered;
  const others = ordered.slice(shown.length);
  const nodes = shown.map(({ cluster, weight, members, rest }) => {
    const drawn = members.filter(({ share }, i) => i === 0 || share >= LEAST_MEMBER).slice(0, 4);
    return { cluster, weight, members: drawn, rest: rest + sum(members.slice(drawn.length), 'share') };
  });
  if (others.length > 0) nodes.push({ cluster: null, count: others.length, weight: sum(others, 'weight'), members: [], rest: 0 });
  return nodes;
}

function sum(list, name) {
  return list.reduce((total, one) => total + one[name], 0);
}

function nodeName({ view }, node) {
  if (node.cluster === null) return `${counted(node.count, 'other cluster')}`;
  return view.clusters[node.cluster].name;
}

function sankey(scene, candidate, nodes, items, width) {
  const { view, pick } = scene;
  const ages = agesOf(view);
  const columns = [0, Math.round(width * 0.3), Math.round(width * 0.64)];
  const gaps = GAP * (nodes.length - 1);
  const unit = (HEIGHT - gaps) / sum(nodes, 'weight');
  const svg = mark('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, class: 'sankey', role: 'img', 'aria-label': summary(scene, nodes, items) });
  const target = items[candidate.item];
  const startTop = gaps / 2;
  let start = startTop;
  let middle = 0;
  const labels = [];
  let labelled = -Infinity;
  let named = -Infinity;
  for (const node of nodes) {
    const size = node.weight * unit;
    const age = node.cluster === null ? null : ages(node.cluster);
    const group = mark('g', { class: `stream${node.cluster === null ? ' others' : age === null ? ' age-unknown' : ''}`, 'data-cluster': node.cluster });
    styled(group, { '--age': age ?? 0 });
    group.append(link(columns[0] + NODE, start, columns[1], middle, size), mark('rect', { class: 'node', x: columns[1], y: middle, width: NODE, height: Math.max(0.5, size) }));
    if (node.cluster !== null) listen(group, scene, node, items);
    let from = middle;
    const parts = [...node.members, { item: null, share: node.rest }].filter(({ share }) => share > 0);
    for (const { item, share } of parts) {
      const thick = share * unit;
      group.append(
        link(columns[1] + NODE, from, columns[2], from, thick, item === null ? 'rest' : null),
        mark('rect', { class: item === null ? 'node rest' : 'node', x: columns[2], y: from, width: NODE, height: Math.max(0.5, thick - 0.7) }),
      );
      const at = from + thick / 2;
      if (node.cluster !== null && at - labelled >= LINE && (item === null ? thick >= LINE : thick >= 2)) {
        const x = columns[2] + NODE + 7;
        labels.push(item === null ? restLabel(share, x, at) : memberLabel(items[item], share, x, at, width, pick));
        labelled = at;
      }
      from += thick;
    }
    if (middle + size / 2 - named >= LINE) {
      labels.push(...clusterLabels(scene, node, columns, middle + size / 2));
      named = middle + size / 2;
    }
    svg.append(group);
    start += size;
    middle += size + GAP;
  }
  svg.append(mark('rect', { class: 'node target-node', x: columns[0], y: startTop, width: NODE, height: start - startTop }));
  svg.append(mark('text', { class: 'flow-label target-label', x: 0, y: Math.max(12, startTop - 10) }, clipped(itemName(target), columns[1] - 10)));
  svg.append(...labels);
  return svg;
}

function link(x1, y1, x2, y2, thick, kind) {
  const bend = (x2 - x1) * 0.5;
  const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}v${thick}C${x2 - bend} ${y2 + thick} ${x1 + bend} ${y1 + thick} ${x1} ${y1 + thick}z`;
  return mark('path', { class: kind ? `link ${kind}` : 'link', d: path });
}

/** A cluster's name before its node, its weight behind it. */
function clusterLabels(scene, node, columns, y) {
  const number = node.cluster === null ? '' : `${clusterNumber(node.cluster)} \u00b7 `;
  const kind = node.cluster === null ? 'flow-label muted' : 'flow-label';
  return [
    mark('text', { class: kind, x: columns[1] - 7, y, dy: '0.35em', 'text-anchor': 'end', 'data-cluster': node.cluster }, clipped(number + nodeName(scene, node), columns[1] - columns[0] - 40)),
    mark('text', { class: 'flow-label flow-number', x: columns[1] + NODE + 7, y, dy: '0.35em' }, percent(node.weight)),
  ];
}

function restLabel(share, x, y) {
  return mark('text', { class: 'flow-label muted', x, y, dy: '0.35em' }, `${percent(share)}  the rest`);
}

function memberLabel(card, share, x, y, width, pick) {
  return mark(
    'text',
    { class: 'flow-label pickable', x, y, dy: '0.35em', onclick: () => pick(card.item) },
    mark('tspan', { class: 'flow-number' }, `${percent(share)}  `),
    clipped(itemName(card), width - x - 50),
    mark('title', {}, itemName(card)),
  );
}

/** A text that fits, by the width of letters in the mean. */
function clipped(text, room) {
  const letters = Math.max(3, Math.floor(room / 6.6));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}\u2026`;
}

function listen(group, scene, node, items) {
  group.addEventListener('pointermove', (event) => {
    scene.lit(node.cluster);
    tooltip.showAt(
      event.clientX, event.clientY,
      element('strong', {}, `${clusterNumber(node.cluster)} \u00b7 ${nodeName(scene, node)}`),
      element('span', {}, `${percent(node.weight)} of the attention`),
      node.members.map(({ item, share }) => element('span', {}, `${percent(share)} ${itemName(items[item])}`)),
    );
  });
  group.addEventListener('pointerleave', () => {
    scene.lit(null);
    tooltip.hide();
  });
  group.addEventListener('click', () => scene.select(node.cluster));
}

function summary(scene, nodes, items) {
  return nodes
    .map((node) => {
      const members = node.members.map(({ item, share }) => `${itemName(items[item])} ${percent(share)}`).join(', ');
      return `${nodeName(scene, node)} ${percent(node.weight)}${members ? ` (${members})` : ''}`;
    })
    .join('; ');
}

/** The same where there is no room for a drawing. */
function list(scene, nodes, items) {
  const { view, select, pick } = scene;
  const ages = agesOf(view);
  const most = Math.max(...nodes.map(({ weight }) => weight));
  return element(
    'ul',
    { class: 'flow-list' },
    nodes.map((node) => {
      const age = node.cluster === null ? null : ages(node.cluster);
      return styled(
        element(
          'li',
          { 'data-cluster': node.cluster, class: age === null ? 'age-unknown' : null },
          node.cluster === null
            ? element('p', { class: 'flow-row muted' }, element('span', { class: 'share-value' }, percent(node.weight)), element('span', {}, nodeName(scene, node)))
            : element(
                'button',
                { type: 'button', class: 'flow-row', onclick: () => select(node.cluster) },
                element('span', { class: 'share-value' }, percent(node.weight)),
                element('span', { class: 'badge' }, clusterNumber(node.cluster)),
                element('span', { class: 'flow-row-name' }, nodeName(scene, node)),
              ),
          bar(node.weight / most),
          element(
            'ul',
            { class: 'flow-members' },
            node.members.map(({ item, share }) =>
              element('li', {}, element('button', { type: 'button', onclick: () => pick(items[item].item) }, element('span', { class: 'share-value' }, percent(share)), element('span', { class: 'flow-row-name' }, itemName(items[item])))),
            ),
          ),
        ),
        { '--age': age ?? 0 },
      );
    }),
  );
}
