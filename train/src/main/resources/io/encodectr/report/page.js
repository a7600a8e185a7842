'use strict';

const EXPERIMENTS = {
  paper: 'The paper\u2019s evaluation',
  'k-sweep': 'How many interests: the number of clusters K',
  'm-sweep': 'How far to reduce: the dimensionality m',
  staleness: 'How stale may interests be',
  length: 'How long a history pays',
  quantize: 'Interests in fewer bits',
};

const SECTION_KINDS = { scatter: scatterSection, box: boxSection, line: lineSection };

/** Builds the page from the results it carries. */
function showReport() {
  const results = JSON.parse(document.getElementById('results').textContent);
  const dataset = results.provenance?.dataset ?? {};
  const seeds = results.provenance?.seeds ?? [];
  const title = EXPERIMENTS[results.experiment] ?? results.experiment;
  document.title = `${title}: ${dataName(dataset)}`;
  document.getElementById('masthead').append(...masthead(results, title, dataset, seeds));

  const content = document.getElementById('content');
  content.append(...unfinished(results, seeds));
  const run = { seeds: seeds.length, complete: results.complete, oracle: isNumber(dataset.oracle_auc) };
  const draws = [];
  for (const section of results.sections) {
    const shown = guarded(section, () => sectionContent(section, run));
    content.append(sectionElement(section, shown.content));
    if (shown.draw) draws.push({ section, draw: shown.draw });
  }
  if ((results.protocol ?? []).length > 0) content.append(protocol(results.protocol));
  content.append(provenance(results));
  document.getElementById('contents').append(contents(content));
  for (const { section, draw } of draws) guarded(section, () => draw() ?? {});
}

/** One section that cannot be shown must not take the others with it. */
function guarded(section, show) {
  try {
    return show();
  } catch (e) {
    console.error(`section ${section.id}`, e);
    document
      .getElementById(section.id)
      ?.append(element('p', { class: 'notice' }, `This section could not be drawn: ${e.message}`));
    return { content: [element('p', { class: 'notice' }, `This section could not be shown: ${e.message}`)] };
  }
}

function sectionContent(section, run) {
  const show = SECTION_KINDS[section.kind];
  if (show) return show(section, run);
  const keys = section.columns ?? ['auc'];
  return { content: [resultTable(section, keys, run), tableLegend(section, keys, run.seeds)] };
}

function sectionElement(section, content) {
  const findings = section.findings ?? [];
  return element(
    'section',
    { id: section.id, 'aria-labelledby': `${section.id}-title` },
    element('h2', { id: `${section.id}-title` }, section.title),
    section.question && element('p', { class: 'question' }, section.question),
    findings.length > 0 &&
      element('div', { class: 'findings' }, element('h3', {}, 'What was found'), findings.map((finding) => element('p', {}, finding))),
    content,
  );
}

function masthead(results, title, dataset, seeds) {
  const { machine = {}, kernels, java, libtorch, fraction } = results.provenance ?? {};
  const created = new Date(results.created);
  const date = Number.isNaN(created.getTime())
    ? results.created
    : created.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return [
    element(
      'div',
      { class: 'masthead-line' },
      element('p', { class: 'brand' }, 'Encode \u00b7 ', element('code', {}, results.experiment)),
      themeButton(),
    ),
    element('h1', {}, title, element('span', { class: 'data-name' }, ` on ${dataName(dataset)}`)),
    element('p', { class: 'summary' }, summary(results, dataset, seeds)),
    termList(
      [
        ['Dataset', [dataName(dataset), isNumber(fraction) && fraction < 1 ? `, ${significant(3)(100 * fraction)}% of its users` : '']],
        ['Seeds', seeds.join(', ')],
        ['Machine', [machine.cpu, isNumber(machine.cores) && `${machine.cores} cores`, isNumber(machine.memory_bytes) && bytes(machine.memory_bytes)].filter(Boolean).join(', ')],
        ['Software', [java && `Java ${java.match(/\d+(\.\d+)+/)?.[0] ?? java}`, libtorch && `LibTorch ${libtorch}`, kernels && `kernels ${kernels}`].filter(Boolean).join(', ')],
        ['Begun', date],
      ],
      { class: 'facts' },
    ),
  ];
}

function themeButton() {
  const button = element('button', { type: 'button', id: 'theme', class: 'quiet', onclick: () => theme.toggle() });
  const name = () => {
    button.textContent = theme.current() === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', theme.current() === 'dark' ? 'Show in light colors' : 'Show in dark colors');
  };
  theme.onChange(name);
  name();
  return button;
}

function dataName(dataset) {
  return (dataset.path ?? '').split(/[\\/]/).filter(Boolean).at(-1) ?? 'unnamed data';
}

/** What was measured on what, and where ENCODE stands, in a few sentences. */
function summary(results, dataset, seeds) {
  const size = [
    ['users', 'users'], ['items', 'items'], ['behaviors', 'behaviors'],
    ['train_samples', 'training samples'], ['test_samples', 'test samples'],
  ].filter(([key]) => isNumber(dataset[key])).map(([key, word]) => `${amount(dataset[key])} ${word}`);
  const rows = distinctRows(results).filter((row) => row.runs.length > 0);
  const said = [];
  const main = results.sections.find((section) => section.id === 'table2');
  const methods = (main?.rows ?? []).filter((row) => row.runs.length > 0).length;
  const counted = [counting(methods, 'method'), counting(rows.length - methods, methods > 0 ? 'variant' : 'setting')].filter(Boolean);
  if (counted.length > 0) {
    said.push(`${counted.join(' and ')}, trained on the same features${seeds.length > 0 ? ` with ${results.complete ? '' : 'up to '}${counting(seeds.length, 'seed')} each` : ''}.`);
  }
  if (size.length > 0) {
    const history = isNumber(dataset.mean_history) ? `, a mean history of ${amount(Math.round(dataset.mean_history))}` : '';
    said.push(`The data: ${size.join(', ')}${history}.`);
  }
  if (main) said.push(...standing(main.rows, results.complete));
  return said.join(' ');
}

function counting(count, noun) {
  return count === 0 ? null : `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Where ENCODE stands among all methods, and whether its neighbor may be there by chance. */
function standing(rows, complete) {
  const ranked = rows
    .map((row) => ({ row, auc: measured(row, 'auc').mean }))
    .filter(({ auc }) => auc !== null)
    .sort((a, b) => b.auc - a.auc);
  const own = ranked.find(({ row }) => row.id === 'encode');
  if (!own || ranked.length < 2) return [];
  const place = ranked.indexOf(own) + 1;
  const rival = place === 1 ? ranked[1] : ranked[0];
  const chance = { equal: ', a difference that may be chance', better: '', worse: '' }[verdictOf(rival.row)] ?? ', a difference not tested';
  const soFar = complete ? '' : 'So far, ';
  const said = [
    place === 1
      ? `${soFar}ENCODE has the highest AUC, ${written('auc', own.auc)}, before ${rival.row.label} (${written('auc', rival.auc)})${chance}.`
      : `${soFar}ENCODE\u2019s AUC of ${written('auc', own.auc)} is number ${place} of ${ranked.length}; ${rival.row.label} leads with ${written('auc', rival.auc)}${chance}.`,
  ];
  const full = rows.find((row) => row.id === 'din-l');
  const [fast, slow] = [own.row, full].map((row) => row && measured(row, 'inference_ms').mean);
  if (isNumber(fast) && isNumber(slow)) {
    said.push(
      `It scores a request in ${written('inference_ms', fast)} ms; DIN-L, which attends to the whole history, takes ${written('inference_ms', slow)} ms.`,
    );
  }
  return said;
}

/** Rows of all sections, each method or setting once however often it is shown. */
function distinctRows(results) {
  const seen = new Map();
  for (const row of results.sections.flatMap((section) => section.rows)) {
    const before = seen.get(row.id);
    if (!before || before.runs.length < row.runs.length) seen.set(row.id, row);
  }
  return [...seen.values()];
}

function unfinished(results, seeds) {
  if (results.complete) return [];
  const rows = distinctRows(results);
  const total = rows.filter((row) => !row.failed).length * Math.max(1, seeds.length);
  const done = rows.reduce((sum, row) => sum + row.runs.length + (row.failed_runs ?? []).length, 0);
  const words = `${done} of ${total} runs have ended`;
  return [
    element(
      'div',
      { class: 'notice banner', role: 'status' },
      element('p', {}, element('strong', {}, 'This experiment is not finished. '), `${words}; what is shown may still change. The same command goes on where it stopped.`),
      element('progress', { max: total, value: done, 'aria-label': words }),
    ),
  ];
}

function protocol(sentences) {
  return element(
    'section',
    { id: 'protocol', 'aria-labelledby': 'protocol-title' },
    element('h2', { id: 'protocol-title' }, 'Protocol'),
    element('ul', { class: 'prose' }, sentences.map((sentence) => element('li', {}, sentence))),
  );
}

function provenance(results) {
  const given = results.provenance ?? {};
  const { machine = {}, dataset = {} } = given;
  const command = element('code', {}, given.command ?? '');
  return element(
    'section',
    { id: 'provenance', 'aria-labelledby': 'provenance-title' },
    element('h2', { id: 'provenance-title' }, 'Provenance'),
    given.command &&
      element('div', { class: 'command' }, element('pre', { tabindex: '0', 'aria-label': 'Command' }, command), copyButton(given.command, command)),
    termList(
      [
        ['Code', given.code_version],
        ['Java', given.java],
        ['LibTorch', given.libtorch],
        ['Kernels', given.kernels],
        ['Processor', [machine.cpu, isNumber(machine.cores) && `${machine.cores} cores`].filter(Boolean).join(', ')],
        ['Memory', isNumber(machine.memory_bytes) ? bytes(machine.memory_bytes) : null],
        ['System', machine.os],
        ['Dataset', dataset.path && element('code', {}, dataset.path)],
        ['Fingerprint', dataset.fingerprint && element('code', {}, dataset.fingerprint)],
        ['GAUC by', dataset.gauc_by?.replaceAll('_', ' ')],
        ['AUC of the true probabilities', isNumber(dataset.oracle_auc) ? written('auc', dataset.oracle_auc) : null],
        ['Seeds', (given.seeds ?? []).join(', ')],
        ['Share of users', isNumber(given.fraction) ? `${significant(3)(100 * given.fraction)}%` : null],
        ['Time taken', isNumber(given.seconds) ? duration(given.seconds) : null],
        ['Begun', results.created],
        ['Programs', programsText(given.programs)],
        ['Typed', given.typed ? element('code', {}, given.typed) : null],
        ['Threads', isNumber(given.threads) ? amount(given.threads) : null],
        ['JVM options', (given.jvm_options ?? []).length > 0 ? element('code', {}, given.jvm_options.join(' ')) : null],
      ],
      { class: 'pairs' },
    ),
    element('p', { class: 'screen-only' }, saveButton(results)),
  );
}

/** Which builds of Encode did how much; nothing where it was one. */
function programsText(programs) {
  if (!Array.isArray(programs) || programs.length < 2) return null;
  return programs.map(({ version, trials, runs }) => `${version}: ${counting(trials, 'trial') ?? 'no trials'}, ${counting(runs, 'run') ?? 'no runs'}`).join('; ');
}

/** The numbers, out of the page again. */
function saveButton(results) {
  return element(
    'button',
    {
      type: 'button',
      class: 'quiet',
      onclick() {
        const url = URL.createObjectURL(new Blob([JSON.stringify(results, null, 2)], { type: 'application/json' }));
        element('a', { href: url, download: 'results.json' }).click();
        URL.revokeObjectURL(url);
      },
    },
    'Save the numbers as results.json',
  );
}

function contents(content) {
  const links = [...content.querySelectorAll('section')].map((section) =>
    element('li', {}, element('a', { href: `#${section.id}` }, section.querySelector('h2').textContent)),
  );
  return element('ol', {}, links);
}

showReport();
