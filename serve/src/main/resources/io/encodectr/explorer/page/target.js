import { ask, recordClick } from './api.js';
import { butterfly } from './butterfly.js';
import { combobox } from './combobox.js';
import { element, termList } from './elements.js';
import { flow } from './flow.js';
import { recentAttention } from './recent.js';
import { counted, date, itemDetail, itemName, number, percent, probability, signed, time } from './words.js';

/** Why an item scores as it does: the item, its score, the attention behind it, and what if. */
export function targetSection(hooks) {
  const item = itemSearch('Target item', 'i', (card) => hooks.pick(card.item), hooks.failed);
  const versus = itemSearch('Compare with', 'c', (card) => hooks.compare(card.item), hooks.failed);
  const suggestions = element('div', { class: 'suggestions' });
  const answer = element('div', { class: 'answer', 'aria-live': 'off' });
  const section = element(
    'section',
    { id: 'target', 'aria-labelledby': 'target-title' },
    element('h2', { id: 'target-title', tabindex: -1 }, 'Why an item scores'),
    element('p', { class: 'question' }, 'Pick an item anywhere on this page, or search one. Attention flows from it to the clusters, and inside them to items.'),
    element('div', { class: 'pickers' }, item.box, versus.box),
    suggestions,
    answer,
  );
  return { section, suggestions, answer, focusItem: item.focus, focusVersus: versus.focus };
}

function itemSearch(label, shortcut, choose, failed) {
  return combobox({
    label,
    placeholder: 'name or id',
    shortcut,
    find: async (text) => (await ask('items', { search: text, limit: 12 })).items,
    show: (card) => ({ title: itemName(card), detail: itemDetail(card) }),
    choose,
    failed,
    typed: (text, found) => found.find(({ item }) => item === text) ?? found[0] ?? { item: text },
  });
}

/** Items that score best, to begin with. */
export function suggestionChips(list, pick) {
  if (list.length === 0) return [];
  return [
    element('span', { class: 'muted small' }, 'Scores best:'),
    ...list.map(({ card, probability: p }) =>
      element('button', { type: 'button', class: 'chip', onclick: () => pick(card.item) }, itemName(card), element('span', { class: 'chip-value' }, percent(p))),
    ),
  ];
}

/**
 * The answer for one target item, or two.
 *
 * @param now the attention in service
 * @param shown.then the attention in another generation, or null
 * @param shown.thenAsOf its time
 * @param shown.before the attention before a click was tried or recorded, or null
 * @param shown.said what the click did, in words
 */
export function answerOf(scene, now, { then, thenAsOf, before, said }, hooks) {
  const { items, candidates } = now;
  const cards = candidates.map((candidate, i) =>
    scoreCard({ card: items[candidate.item], candidate, i, pair: candidates.length > 1, then: then?.candidates[i], thenAsOf, before: before?.candidates[i] }, hooks),
  );
  const facts = element('p', { class: 'muted small' }, `Scored for ${time(now.time)}${eventWords(now)}.`);
  const parts = [element('div', { class: `scores scores-${cards.length}` }, cards), said && element('p', { class: 'what-if-said', role: 'status' }, said), facts];
  if (scene.view.clusters.length > 0 && candidates[0].clusters.length > 0) {
    parts.push(
      element('h3', {}, 'Attention to clusters', element('span', { class: 'muted' }, candidates.length > 1 ? ' of the two items' : ' and to the items in them')),
      candidates.length > 1 ? butterfly(scene, candidates, items) : flow(scene, candidates[0], items),
    );
  } else {
    parts.push(element('p', { class: 'muted' }, 'There are no interests to attend to.'));
  }
  parts.push(element('h3', {}, 'Real-time attention', element('span', { class: 'muted' }, ` to the last ${candidates[0].recent.length || ''} behaviors, the latest at the right`)));
  parts.push(
    element(
      'div',
      { class: `recents recents-${candidates.length}` },
      candidates.map((candidate) => element('div', {}, candidates.length > 1 && element('h4', {}, itemName(items[candidate.item])), recentAttention(scene, candidate, items))),
    ),
  );
  return parts.filter(Boolean);
}

function eventWords({ events, tried }) {
  const real = events - tried.length;
  const parts = [];
  if (real > 0) parts.push(`${counted(real, 'event')} since the generation`);
  if (tried.length > 0) parts.push('a click that is only tried');
  return parts.length > 0 ? `, with ${parts.join(' and ')}` : '';
}

function scoreCard({ card, candidate, i, pair, then, thenAsOf, before }, hooks) {
  return element(
    'article',
    { class: `score-card side-${i}`, 'aria-label': `Score of ${itemName(card)}` },
    element(
      'div',
      { class: 'score-item' },
      element('h3', {}, element('span', { class: 'diamond', 'aria-hidden': 'true' }), itemName(card)),
      element('p', { class: 'muted small' }, itemDetail(card)),
      termList(card.facts.map(({ name, value }) => [name, value]), { class: 'facts small' }),
    ),
    element(
      'div',
      { class: 'score' },
      before && element('p', { class: 'score-before' }, probability(before.probability), element('span', { 'aria-label': 'becomes' }, ' \u2192')),
      element('p', { class: 'score-value', title: 'Probability of a click' }, probability(candidate.probability)),
      element('p', { class: 'muted small' }, 'probability of a click, logit ', number(candidate.logit, 3), before && element('strong', { class: 'change' }, ` (${signed(candidate.logit - before.logit, 3)})`)),
      then && element('p', { class: 'small score-then' }, `${probability(then.probability)} with the generation of ${date(thenAsOf)}`),
    ),
    element(
      'div',
      { class: 'actions' },
      element('button', { type: 'button', class: 'quiet', 'data-action': 'try', onclick: () => hooks.tryClick(card.item) }, 'Try a click'),
      recordButton(card, hooks),
      pair && element('button', { type: 'button', class: 'quiet', onclick: () => hooks.drop(i) }, 'Drop'),
    ),
  );
}

/** Asks a second time: what is recorded counts like any event of the site. */
function recordButton(card, hooks) {
  let sure = false;
  const button = element('button', { type: 'button', class: 'quiet', 'data-action': 'record' }, 'Record a click');
  const calm = () => {
    sure = false;
    button.textContent = 'Record a click';
    button.classList.remove('sure');
  };
  button.addEventListener('click', () => {
    if (sure) {
      button.disabled = true;
      hooks.recordClick(card.item);
      return;
    }
    sure = true;
    button.textContent = 'Store it for good?';
    button.classList.add('sure');
  });
  button.addEventListener('blur', calm);
  return button;
}

/** What a click on an item changed, in words. */
export function changeWords(now, before, item, stored) {
  const card = now.items.find((one) => one.item === item);
  const clicked = now.candidates[0].recent.filter((flow) => flow.event && now.items[flow.item].item === item).at(-1);
  const parts = [stored ? `A click on ${itemName(card ?? { item })} is recorded.` : `If they clicked ${itemName(card ?? { item })} now (nothing is stored):`];
  const change = now.candidates[0].probability - before.candidates[0].probability;
  parts.push(`${signed(100 * change, 2)} percentage points.`);
  if (clicked) parts.push(`The click gets ${percent(clicked.weight)} of the real-time attention.`);
  else parts.push('The model does not know the item, so the click has no effect.');
  return parts.join(' ');
}

export async function record(user, item) {
  const { outcomes } = await recordClick(user, item);
  return outcomes[0];
}
