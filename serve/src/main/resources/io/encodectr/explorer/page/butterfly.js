import { bar, element, styled } from './elements.js';
import { clusterNumber, itemName, percent } from './words.js';
import { agesOf } from './cluster.js';

const ROWS = 12;

/** Attention of two candidates to the same clusters, back to back. */
export function butterfly(scene, [a, b], items) {
  const { view, select, lit } = scene;
  const ages = agesOf(view);
  const rows = a.clusters
    .map(({ weight }, cluster) => ({ cluster, left: weight, right: b.clusters[cluster]?.weight ?? 0 }))
    .sort((x, y) => Math.max(y.left, y.right) - Math.max(x.left, x.right));
  const most = Math.max(...rows.map(({ left, right }) => Math.max(left, right)));
  const shown = rows.slice(0, ROWS);
  const rest = rows.slice(ROWS);
  return element(
    'table',
    { class: 'butterfly' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col', class: 'side-0' }, itemName(items[a.item])), element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Cluster')), element('th', { scope: 'col', class: 'side-1' }, itemName(items[b.item])))),
    element(
      'tbody',
      {},
      shown.map(({ cluster, left, right }) =>
        styled(
          element(
            'tr',
            { 'data-cluster': cluster, class: ages(cluster) === null ? 'age-unknown' : null, onpointerenter: () => lit(cluster), onpointerleave: () => lit(null) },
            element('td', { class: 'left' }, element('span', { class: 'wing' }, element('span', { class: 'share-value' }, percent(left)), bar(left / most))),
            element('th', { scope: 'row' }, element('button', { type: 'button', onclick: () => select(cluster) }, element('span', { class: 'badge' }, clusterNumber(cluster)), ' ', element('span', { class: 'butterfly-name' }, view.clusters[cluster].name))),
            element('td', { class: 'right' }, element('span', { class: 'wing' }, bar(right / most), element('span', { class: 'share-value' }, percent(right)))),
          ),
          { '--age': ages(cluster) ?? 0 },
        ),
      ),
      rest.length > 0 &&
        element(
          'tr',
          { class: 'muted' },
          element('td', { class: 'left' }, percent(rest.reduce((sum, { left }) => sum + left, 0))),
          element('th', { scope: 'row' }, `${rest.length} others`),
          element('td', { class: 'right' }, percent(rest.reduce((sum, { right }) => sum + right, 0))),
        ),
    ),
  );
}
