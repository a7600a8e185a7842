import { element, styled } from './elements.js';
import { clusterNumber, count, date, percent, signed } from './words.js';
import { agesOf } from './cluster.js';

/** Chooses a generation to compare with; null where the store has no other. */
export function generationPicker(overview, chosen, choose) {
  const others = overview.generations.filter(({ live }) => !live);
  if (others.length === 0) return null;
  const select = element(
    'select',
    { id: 'then', 'aria-keyshortcuts': 'g', onchange: (event) => choose(event.target.value || null) },
    element('option', { value: '' }, 'nothing'),
    others.map(({ id, asOf }) => element('option', { value: id, selected: id === chosen }, `${date(asOf)} (${id})`)),
  );
  return element('p', { class: 'picker' }, element('label', { for: 'then' }, 'Compare with generation '), select);
}

/** What became of the clusters between two generations. */
export function changes(scene, { from, to, origins }) {
  const ages = agesOf(scene.view);
  const rows = to.clusters
    .map((cluster, k) => ({ cluster, k, origin: origins[k], before: origins[k] ? from.clusters[origins[k].cluster] : null }))
    .sort((a, b) => b.cluster.size - a.cluster.size);
  const used = new Set(origins.filter(Boolean).map(({ cluster }) => cluster));
  const gone = from.clusters.map((cluster, k) => ({ cluster, k })).filter(({ k }) => !used.has(k));
  return element(
    'section',
    { id: 'changes', 'aria-labelledby': 'changes-title' },
    element('h2', { id: 'changes-title' }, 'Then and now'),
    element(
      'p',
      { class: 'question' },
      `${count(from.clusters.length)} clusters of ${count(from.represented)} behaviors before ${date(from.asOf)}, ${count(to.clusters.length)} of ${count(to.represented)} now. ` +
        'On the map, dashed rings are clusters as they were; a line leads to the cluster that shares most with each.',
    ),
    element(
      'div',
      { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Clusters then and now' },
      element(
        'table',
        { class: 'changes' },
        element('thead', {}, element('tr', {}, ['Cluster now', 'Behaviors', 'Comes from', 'Shared', 'Change'].map((head) => element('th', { scope: 'col' }, head)))),
        element(
          'tbody',
          {},
          rows.map(({ cluster, k, origin, before }) =>
            styled(
              element(
                'tr',
                { 'data-cluster': k, class: ages(k) === null ? 'age-unknown' : null },
                element('th', { scope: 'row' }, element('button', { type: 'button', onclick: () => scene.select(k) }, element('span', { class: 'badge' }, clusterNumber(k)), ` ${cluster.name}`)),
                element('td', {}, count(cluster.size)),
                element('td', { class: 'text' }, before ? `${clusterNumber(origin.cluster)} \u00b7 ${before.name}` : 'new'),
                element('td', {}, origin ? percent(origin.shared) : '\u2013'),
                element('td', {}, before ? signed(cluster.size - before.size, 0) : `+${count(cluster.size)}`),
              ),
              { '--age': ages(k) ?? 0 },
            ),
          ),
        ),
      ),
    ),
    gone.length > 0 && element('p', { class: 'muted small' }, `Taken up by others: ${gone.map(({ cluster, k }) => `${clusterNumber(k)} \u00b7 ${cluster.name} (${count(cluster.size)})`).join(', ')}.`),
  );
}
