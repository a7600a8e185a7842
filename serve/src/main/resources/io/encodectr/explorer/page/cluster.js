import { bar, element, styled, termList } from './elements.js';
import { clusterNumber, count, counted, date, itemDetail, itemName, percent, span } from './words.js';

const SHOWN = 9;

/**
 * How old each cluster is among all the user did: from 0, its middle is now, to 1, it is the user's
 * first behavior in a cluster. Null where it is not known.
 */
export function agesOf(view) {
  const oldest = Math.min(view.asOf, ...view.clusters.map(({ first }) => first ?? Infinity));
  const whole = Math.max(1, view.asOf - oldest);
  return (k) => {
    const { median } = view.clusters[k];
    return median === null ? null : Math.min(1, Math.max(0, (view.asOf - median) / whole));
  };
}

/** What is known of one cluster. */
export function clusterCard(scene, k) {
  const { view, pick } = scene;
  const cluster = view.clusters[k];
  const age = agesOf(view)(k);
  const heaviest = cluster.members[0]?.weight ?? 1;
  const shown = cluster.members.slice(0, SHOWN);
  const further = cluster.distinct === null ? null : cluster.distinct - shown.length;
  return styled(
    element(
      'article',
      { class: `cluster-card${age === null ? ' age-unknown' : ''}`, 'aria-labelledby': 'cluster-title' },
      element('h3', { id: 'cluster-title', tabindex: -1 }, element('span', { class: 'badge' }, clusterNumber(k)), ' ', cluster.name),
      termList(
        [
          ['Size', `${counted(cluster.size, 'behavior')}, ${percent(cluster.size / Math.max(1, view.represented))}`],
          ['Age', ageWords(view, cluster)],
          ['Lived', cluster.first === null ? null : `${date(cluster.first)} \u2013 ${date(cluster.last)}`],
          ['Items', cluster.distinct === null ? null : count(cluster.distinct)],
        ],
        { class: 'facts' },
      ),
      cluster.categories.length > 0 && element('h4', {}, 'Categories'),
      element(
        'ul',
        { class: 'shares' },
        cluster.categories.slice(0, 4).map(({ category, share }) =>
          element('li', {}, element('span', { class: 'share-name' }, category), bar(share), element('span', { class: 'share-value' }, percent(share))),
        ),
      ),
      element('h4', {}, 'Typical items ', element('span', { class: 'muted' }, 'by weight in the cluster')),
      element(
        'ul',
        { class: 'members' },
        shown.map(({ item, weight, behaviors }) => {
          const card = view.items[item];
          return element(
            'li',
            {},
            element(
              'button',
              { type: 'button', onclick: () => pick(card.item), title: 'Make it the target item' },
              element('span', { class: 'member-name' }, itemName(card), behaviors > 1 && element('span', { class: 'muted' }, ` ${behaviors}\u00d7`)),
              element('span', { class: 'member-detail' }, itemDetail(card)),
              bar(weight / heaviest),
              element('span', { class: 'share-value' }, percent(weight)),
            ),
          );
        }),
      ),
      further > 0 && element('p', { class: 'muted small' }, `and ${counted(further, 'item')} more`),
      further === null && element('p', { class: 'muted small' }, 'The generation holds the heaviest items of a cluster only.'),
    ),
    { '--age': age ?? 0 },
  );
}

function ageWords(view, cluster) {
  if (cluster.median === null) return 'not stored';
  return `${span(view.asOf - cluster.median)}, the median of its behaviors`;
}
