import * as address from './address.js';
import { ask, onTokenNeeded } from './api.js';
import { clusterCard } from './cluster.js';
import { combobox } from './combobox.js';
import { element, termList } from './elements.js';
import { changes, generationPicker } from './generations.js';
import { listen, showKeys } from './keys.js';
import { clusterMap } from './map.js';
import { answerOf, changeWords, record, suggestionChips, targetSection } from './target.js';
import { timeline } from './timeline.js';
import { count, counted, date, itemName, nameClusters, percent, span } from './words.js';

const main = document.getElementById('content');
const status = document.getElementById('status');
const failure = document.getElementById('failure');
const users = combobox({
  label: 'Search a user',
  placeholder: 'user id',
  shortcut: '/',
  find: async (text) => (await ask('users', { search: text, limit: 12 })).users,
  show: ({ user, behaviors, interests }) => ({ title: user, note: `${counted(behaviors, 'behavior')}, ${counted(interests, 'cluster')}` }),
  choose: ({ user }) => go({ user, item: null, versus: null, then: choice.then }, true),
  typed: (text, found) => found.find(({ user }) => user === text) ?? found[0] ?? { user: text },
  failed: fail,
});

let overview = null;
let ground = null;
let choice = address.read();
let page = null;
let asked = 0;

/** Goes to what is chosen: a user, one or two items, another generation. */
async function go(to, step) {
  const from = choice;
  choice = to;
  address.write(choice, step);
  passed();
  const newUser = page === null || from.user !== choice.user || from.then !== choice.then;
  try {
    if (newUser) await showUser(from.user !== choice.user);
    else await showTarget();
  } catch (e) {
    fail(e);
  }
}

/** Tells a failure until the next choice; apart from the content, which may be drawn meanwhile. */
function fail(error) {
  status.textContent = error.message;
  failure.replaceChildren(
    element('div', { class: 'notice', role: 'alert' }, element('p', {}, error.message), element('button', { type: 'button', class: 'quiet', onclick: passed }, 'Close')),
  );
}

function passed() {
  failure.replaceChildren();
}

async function start() {
  setUpTools();
  document.getElementById('find-user').append(users.box);
  try {
    [overview, ground] = await Promise.all([ask('overview'), ask('map')]);
    document.getElementById('service').replaceChildren(serviceWords());
    if (choice.user) await showUser(false);
    else await welcome();
  } catch (e) {
    fail(e);
  }
}

function serviceWords() {
  const { model } = overview;
  const said = `${model.method} \u00b7 ${counted(model.items, 'item')} \u00b7 ${counted(overview.users, 'user')} \u00b7 interests as of ${date(overview.asOf)}`;
  return element('span', { title: `Model ${model.fingerprint}\nGeneration ${overview.generation}` }, said);
}

/** Who to look at, where nobody is chosen. */
async function welcome() {
  document.title = 'Encode explorer';
  page = null;
  const { users: found } = await ask('users', { limit: 12 });
  main.replaceChildren(
    element(
      'section',
      { class: 'welcome' },
      element('h1', {}, 'What does the model see in a user?'),
      element('p', { class: 'question' }, 'Search a user to see what they did, the interests it became, and why an item scores for them as it does. Or begin with one of these.'),
      element(
        'ul',
        { class: 'cards' },
        found.map(({ user, behaviors, interests }) =>
          element('li', {}, element('button', { type: 'button', class: 'card', onclick: () => go({ ...choice, user, item: null, versus: null }, true) }, element('strong', {}, user), element('span', { class: 'muted' }, `${counted(behaviors, 'behavior')}, ${counted(interests, 'cluster')}`))),
        ),
      ),
      dataNote(),
    ),
  );
}

function dataNote() {
  if (overview.wholeHistories) return null;
  const why = overview.note ? `The dataset cannot tell whole histories: ${overview.note}` : 'The service was started without --data.';
  return element('p', { class: 'notice' }, `${why} So the page shows what the generation holds: the last ${overview.model.recentLength} behaviors of a user and the 8 heaviest items of each cluster.`);
}

async function showUser(arrived) {
  const own = ++asked;
  const { user, then } = choice;
  const told = (e) => tell(e, own);
  if (!user) {
    await welcome();
    return;
  }
  const [view, comparison, best] = await Promise.all([
    ask('user', { user }),
    then ? ask('generations', { user, from: then, to: overview.generation }).catch(told) : null,
    ask('suggestions', { user, limit: 6 }),
  ]);
  if (own !== asked) return;
  named(view);
  if (comparison) [comparison.from, comparison.to].forEach(named);
  build(view, comparison, best.suggestions);
  if (arrived) {
    window.scrollTo({ top: 0 });
    main.querySelector('h1').focus({ preventScroll: true });
    status.textContent = `${user}: ${counted(view.behaviors, 'behavior')}, ${counted(view.clusters.length, 'cluster')}`;
  }
  if (!choice.item && best.suggestions.length > 0) {
    choice = { ...choice, item: best.suggestions[0].card.item };
    address.write(choice, false);
  }
  await showTarget();
}

/** What the drawings need to know beside a view's own. */
function named(view) {
  view.recentLength = overview.model.recentLength;
  nameClusters(view);
}

/** A part that cannot be had must not take the page with it; told unless the page has gone on. */
function tell(error, own) {
  if (own === asked) fail(error);
  return null;
}

function build(view, comparison, suggestions) {
  const { user } = view;
  document.title = `${user} \u2013 Encode explorer`;
  const scene = { view, ground, lit, select: (k) => select(k, true), pick };
  const target = targetSection({ pick, compare: (item) => go({ ...choice, versus: item === choice.item ? null : item }, true), failed: fail });
  target.suggestions.append(...suggestionChips(suggestions, pick));
  const hasMap = ground.present && view.clusters.length > 0;
  const map = hasMap ? clusterMap(scene) : null;
  const card = element('div', { id: 'cluster', class: 'cluster-place' });
  page = { scene, comparison, target, map, card, selected: null };
  main.replaceChildren(
    ...[
      userHead(view),
      element('section', { id: 'history', 'aria-labelledby': 'history-title' }, element('h2', { id: 'history-title' }, 'What they did'), element('p', { class: 'question' }, historyWords(view)), timeline(scene)),
      view.clusters.length > 0 &&
        element(
          'section',
          { id: 'interests', 'aria-labelledby': 'interests-title' },
          element('h2', { id: 'interests-title' }, 'What they care about'),
          element('p', { class: 'question' }, mapWords(view)),
          hasMap && ageKey(view),
          element('div', { class: 'interests' }, map?.box, card),
        ),
      comparison && changes(scene, comparison),
      target.section,
    ].filter(Boolean),
  );
  if (comparison) map?.overlay({ then: { view: comparison.from, origins: comparison.origins } });
  if (view.clusters.length > 0) select(largest(view), false);
}

function largest({ clusters }) {
  return clusters.reduce((best, { size }, k) => (size > clusters[best].size ? k : best), 0);
}

function userHead(view) {
  const events = view.timeline.events;
  const last = view.timeline.times.at(-1);
  return element(
    'section',
    { class: 'user-head', 'aria-labelledby': 'user-title' },
    element('div', { class: 'user-line' }, element('h1', { id: 'user-title', tabindex: -1 }, view.user), generationPicker(overview, choice.then, (then) => go({ ...choice, then }, true))),
    termList(
      [
        ['Behaviors', count(view.behaviors)],
        ['In interests', view.clusters.length > 0 ? `${count(view.represented)} in ${counted(view.clusters.length, 'cluster')}` : null],
        ['Interests as of', date(view.asOf)],
        ['Last seen', last === undefined ? null : date(last)],
        ['Since then', counted(events, 'event')],
      ],
      { class: 'facts' },
    ),
    view.forgotten && element('p', { class: 'notice' }, 'This user asked to be forgotten. Only what happened after that is known.'),
    !view.known && !view.forgotten && element('p', { class: 'notice' }, 'The generation does not know this user. Scores use the model\u2019s defaults and what happened since.'),
    view.note && element('p', { class: 'notice' }, `Not all is shown: ${view.note}.`),
    !overview.wholeHistories && dataNote(),
  );
}

function historyWords(view) {
  const { timeline: line } = view;
  const shown = line.times.length - line.events;
  const parts = ['A lane for each cluster, a tick for each behavior; the shaded end is what the scorer attends to one by one.'];
  if (line.omitted > 0) parts.push(`The oldest ${count(line.omitted)} behaviors are left out.`);
  else if (view.represented > 0 && view.represented < view.behaviors) parts.push(`Interests stand for the last ${count(view.represented)} behaviors.`);
  if (!view.wholeTimeline) parts.push(`These are the last ${count(shown)} of ${count(view.behaviors)} behaviors.`);
  return parts.join(' ');
}

function mapWords(view) {
  const plane = ground.present ? ` The map shows the two main axes of the ${overview.model.lowDimension}-dimensional space they are clustered in, ${percent(ground.share)} of what varies in it; dots are items of the catalog.` : '';
  return `${counted(view.clusters.length, 'cluster')} of ${counted(view.represented, 'behavior')}.${plane}`;
}

function ageKey(view) {
  const known = view.clusters.some(({ median }) => median !== null);
  if (!known) return element('p', { class: 'age-key muted small' }, 'A circle\u2019s area is its number of behaviors. Ages are not stored in the generation.');
  const oldest = view.asOf - Math.min(...view.clusters.map(({ first }) => first ?? view.asOf));
  return element('p', { class: 'age-key muted small' }, 'A circle\u2019s area is its number of behaviors, its color its age: ', element('span', { class: 'together' }, 'now ', element('span', { class: 'age-ramp', 'aria-hidden': 'true' }), ` ${span(oldest)}`));
}

/** Shows a cluster's card and marks the cluster everywhere. */
function select(k, byHand) {
  page.selected = k;
  page.card.replaceChildren(clusterCard(page.scene, k));
  markSelected();
  if (!byHand) return;
  status.textContent = `Cluster ${k + 1} selected`;
  const place = page.card.getBoundingClientRect();
  if (place.top > window.innerHeight - 120 || place.bottom < 80) page.card.scrollIntoView({ block: 'center' });
}

function markSelected() {
  main.querySelectorAll('[data-cluster].selected').forEach((made) => made.classList.remove('selected'));
  main.querySelectorAll(`[data-cluster="${page.selected}"]`).forEach((made) => made.classList.add('selected'));
}

/** Lights a cluster up wherever it is drawn; null lets all be as they were. */
function lit(k) {
  main.querySelectorAll('[data-cluster].lit').forEach((made) => made.classList.remove('lit'));
  main.classList.toggle('has-lit', k !== null);
  if (k !== null) main.querySelectorAll(`[data-cluster="${k}"]`).forEach((made) => made.classList.add('lit'));
}

function pick(item) {
  go({ ...choice, item, versus: choice.versus === item ? null : choice.versus }, true);
}

async function attention(more = {}) {
  const { user, item, versus } = choice;
  return ask('attention', { user, item: [item, versus].filter(Boolean), ...more });
}

async function showTarget(what = {}) {
  if (!choice.item || !page) return;
  const own = ++asked;
  const { then } = choice;
  const now = what.now ?? (await attention());
  const past = then && page.comparison ? await attention({ generation: then, time: now.time }).catch((e) => tell(e, own)) : null;
  if (own !== asked) return;
  const thenAsOf = page.comparison?.from.asOf;
  const focused = document.activeElement?.dataset?.action;
  page.now = now;
  page.target.answer.replaceChildren(...answerOf(page.scene, now, { then: past, thenAsOf, before: what.before, said: what.said }, { tryClick, recordClick: recordAndShow, drop }));
  page.map?.overlay({ targets: now.candidates.map(({ item, clusters }) => ({ card: now.items[item], flows: clusters })) });
  if (focused) page.target.answer.querySelector(`[data-action="${focused}"]`)?.focus();
  markSelected();
  status.textContent = now.candidates.map(({ item, probability }) => `${itemName(now.items[item])}: ${percent(probability)}`).join(', ');
}

/** Takes one of two items away. */
function drop(i) {
  go({ ...choice, item: i === 0 ? choice.versus : choice.item, versus: null }, true);
}

async function tryClick(item) {
  passed();
  try {
    const before = await attention();
    const now = await attention({ click: item, time: before.time });
    await showTarget({ now, before, said: changeWords(now, before, item, false) });
  } catch (e) {
    fail(e);
  }
}

async function recordAndShow(item) {
  passed();
  try {
    const before = await attention();
    await record(choice.user, item);
    const [view, now] = await Promise.all([ask('user', { user: choice.user }), attention({ time: before.time })]);
    named(view);
    const top = window.scrollY;
    const { comparison, selected } = page;
    const chips = [...page.target.suggestions.childNodes];
    build(view, comparison, []);
    page.target.suggestions.append(...chips);
    if (selected !== null && selected < view.clusters.length) select(selected, false);
    await showTarget({ now, before, said: changeWords(now, before, item, true) });
    window.scrollTo({ top });
  } catch (e) {
    fail(e);
  }
}

function setUpTools() {
  const button = document.getElementById('theme');
  const name = () => {
    const dark = window.encodeTheme.current() === 'dark';
    button.textContent = dark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', dark ? 'Show in light colors' : 'Show in dark colors');
  };
  window.encodeTheme.onChange(name);
  name();
  button.addEventListener('click', () => window.encodeTheme.toggle());
  document.getElementById('help').addEventListener('click', showKeys);
  const focus = (selector) => main.querySelector(selector)?.focus();
  listen({
    '/': users.focus,
    i: () => page?.target.focusItem(),
    c: () => page?.target.focusVersus(),
    l: () => focus('#lanes button[tabindex="0"]'),
    m: () => focus('.map .cluster[tabindex="0"]'),
    g: () => focus('#then'),
    w: () => main.querySelector('[data-action="try"]')?.click(),
    t: () => window.encodeTheme.toggle(),
    '?': showKeys,
  });
  address.onChange(() => {
    const from = choice;
    choice = address.read();
    passed();
    const work = from.user !== choice.user || from.then !== choice.then ? showUser(false) : showTarget();
    work.catch(fail);
  });
  onTokenNeeded(askForToken);
}

/** Asks for the token that the service wants. */
function askForToken(again) {
  const dialog = document.getElementById('token');
  const input = element('input', { id: 'token-text', type: 'password', autocomplete: 'off', required: true });
  return new Promise((resolve) => {
    let given = null;
    const form = element(
      'form',
      {
        method: 'dialog',
        onsubmit: (event) => {
          event.preventDefault();
          given = input.value.trim() || null;
          dialog.close();
        },
      },
      element('h2', { id: 'token-title' }, 'The service asks for its token'),
      element('p', {}, again ? 'The one that was given does not fit.' : 'It stays in this tab until it is closed.'),
      element('p', {}, element('label', { for: 'token-text' }, 'Token'), ' ', input),
      element('p', { class: 'actions' }, element('button', { type: 'submit', class: 'quiet' }, 'Go on')),
    );
    dialog.replaceChildren(form);
    dialog.addEventListener('close', () => resolve(given), { once: true });
    dialog.showModal();
  });
}

start();
