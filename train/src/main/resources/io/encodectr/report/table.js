'use strict';

const VERDICTS = {
  better: { sign: '\u25b2', text: 'better' },
  worse: { sign: '\u25bc', text: 'worse' },
  equal: { sign: '\u2248', text: 'no difference shown' },
};

const QUALITY = ['auc', 'gauc', 'log_loss'];

/**
 * The table of a section: rows of methods or settings, columns of measurements, sortable by their
 * heads, each row expandable to its runs, its options and its trials.
 */
function resultTable(section, wanted, run) {
  const rows = section.rows;
  const keys = shownColumns(rows, wanted, run);
  const fields = keys.map((key) => (column(key).text ? textField(key) : numberField(section, key)));
  const strip = seedStrip(rows, keys);
  if (strip) fields.unshift(strip);
  const compared = rows.find((row) => verdictOf(row) !== null);
  const auc = fields.findIndex((field) => field.key === 'auc');
  if (compared && auc >= 0) {
    fields.splice(auc + 1, 0, significanceField(section, compared.significance.against));
  }

  const noun = rows.some((row) => row.id === 'encode') ? 'Method' : 'Setting';
  const heads = [
    sortHead(noun, { subtitle: null }),
    ...fields.map((field) => (field.sortBy ? sortHead(field.head, field) : plainHead(field))),
  ];
  const table = element(
    'table',
    { class: keys.length > 5 ? 'results dense' : 'results' },
    element('caption', { class: 'unseen' }, section.title),
    element('thead', {}, element('tr', {}, heads)),
  );
  const groups = rows.map((row, i) => rowGroup(section, row, i, fields, run));
  table.append(...groups.map(({ body }) => body));
  const foot = scaleFoot(section, fields);
  if (foot) table.append(foot);
  makeSortable(table, heads, groups, [{ sortBy: (row) => row.label.toLowerCase(), better: -1 }, ...fields]);
  return element('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': section.title }, table);
}

/** What a row is called in few words; ENCODE is ENCODE, whatever a section calls its setting. */
function nameOf(section, id) {
  return id === 'encode' ? 'ENCODE' : (section.rows.find((row) => row.id === id)?.label ?? id);
}

/** Columns that hold a number; of an unfinished experiment all but those that never will. */
function shownColumns(rows, keys, { complete, oracle }) {
  const held = keys.filter(
    (key) =>
      (column(key).text && rows.some((row) => row[key])) ||
      rows.some((row) => measured(row, key).mean !== null) ||
      (!complete && (oracle || key !== 'share_of_oracle')),
  );
  return held.length > 0 ? held : keys;
}

function numberField(section, key) {
  const { best, second } = places(section.rows, key);
  const { better, about } = column(key);
  return {
    key,
    head: key === 'x' ? axisName(section.x) : headOf(key),
    subtitle: better === 0 ? null : better > 0 ? 'higher better' : 'lower better',
    about,
    better: better === 0 ? -1 : better,
    sortBy: (row) => measured(row, key).mean,
    cell(row) {
      const { mean, std, seeds } = measured(row, key);
      if (mean === null) return element('td', { class: 'number none' }, '\u2013');
      const value = element('span', { class: 'value' }, written(key, mean));
      const cell = element(
        'td',
        { class: `number ${best.has(row) ? 'best' : ''} ${second.has(row) ? 'second' : ''}` },
        value,
        std !== null && element('span', { class: 'std' }, ` \u00b1\u202f${written(key, std)}`),
        best.has(row) && element('span', { class: 'unseen' }, ' (best)'),
        second.has(row) && element('span', { class: 'unseen' }, ' (second best)'),
      );
      if (seeds.length > 1) tooltip.attach(cell, () => measurementCard(row, [key]));
      if (key === 'inference_ms') tooltip.attach(cell, () => inferenceCard(row));
      return cell;
    },
  };
}

function textField(key) {
  return {
    key,
    head: headOf(key),
    about: column(key).about,
    cell: (row) => element('td', { class: 'words' }, row[key] ?? '\u2013'),
  };
}

/** A drawing of every seed's value of the first measure of quality, on one scale for all rows. */
function seedStrip(rows, keys) {
  const key = keys.find((candidate) => QUALITY.includes(candidate) && rows.some((row) => measured(row, candidate).seeds.length > 0));
  if (key === undefined || rows.length < 3) return null;
  const all = rows.flatMap((row) => measured(row, key).seeds.map(({ value }) => value));
  const low = Math.min(...all);
  const high = Math.max(...all);
  if (low === high) return null;
  const width = 96;
  const at = (value) => 7 + ((width - 14) * (value - low)) / (high - low);
  return {
    head: `${column(key).head}, each seed`,
    subtitle: `${fixed(3)(low)} to ${fixed(3)(high)}`,
    about: `${column(key).head} of every seed; the line is their mean`,
    strip: true,
    cell(row) {
      const { mean, seeds } = measured(row, key);
      const drawing = mark(
        'svg',
        { class: `strip ${roleOf(row)}`, width, height: 20, viewBox: `0 0 ${width} 20`, 'aria-hidden': 'true' },
        mark('line', { class: 'rail', x1: 3, x2: width - 3, y1: 10, y2: 10 }),
        mean !== null && mark('line', { class: 'mean', x1: at(mean), x2: at(mean), y1: 3, y2: 17 }),
        seeds.map(({ value }) => mark('circle', { cx: at(value), cy: 10, r: 3.5 })),
      );
      return element('td', { class: 'strip-cell' }, drawing);
    },
  };
}

function significanceField(section, against) {
  const other = nameOf(section, against);
  return {
    head: `\u0394 to ${other}`,
    subtitle: 'in AUC',
    about: `AUC less that of ${other}, and whether the difference is more than chance`,
    better: 1,
    sortBy: (row) => (isNumber(row.significance?.delta_auc) ? row.significance.delta_auc : null),
    cell(row) {
      const verdict = verdictOf(row);
      if (verdict === null) return element('td', { class: 'number none' }, '\u2013');
      const { delta_auc: delta, p, test } = row.significance;
      const within = interval(row.significance);
      const { sign: symbol, text } = VERDICTS[verdict];
      const cell = element(
        'td',
        { class: `number verdict ${verdict}` },
        `${delta > 0 ? '+' : ''}${written('auc', delta)} `,
        element('span', { class: 'verdict-sign', 'aria-hidden': 'true' }, symbol),
        element('span', { class: 'unseen' }, ` ${text}, ${pValue(p)}${within ? `, 95% interval ${within}` : ''}`),
      );
      tooltip.attach(cell, () =>
        element(
          'div',
          { class: 'tip' },
          element('p', { class: 'tip-head' }, `${row.label} against ${other}`),
          element('p', {}, `${text}, ${pValue(p)}`),
          within && element('p', {}, `95% interval ${within}`),
          test && element('p', { class: 'muted' }, test),
        ),
      );
      return cell;
    },
  };
}

function plainHead({ head, subtitle, about, strip }) {
  return element(
    'th',
    { scope: 'col', title: about || null, class: strip ? 'strip-cell' : null },
    head,
    subtitle && element('span', { class: 'subtitle' }, subtitle),
  );
}

function sortHead(text, { subtitle, about, key }) {
  return element(
    'th',
    { scope: 'col', 'aria-sort': 'none', 'data-column': key ?? null, title: about || null },
    element(
      'button',
      { type: 'button' },
      element('span', { class: 'head-text' }, text),
      subtitle && element('span', { class: 'subtitle' }, subtitle),
    ),
  );
}

/** First click: best on top; second: worst on top; third: the experiment's own order again. */
function makeSortable(table, heads, groups, fields) {
  heads.forEach((head, i) => {
    const { sortBy, better } = fields[i];
    if (!sortBy) return;
    const first = better > 0 ? 'descending' : 'ascending';
    const second = better > 0 ? 'ascending' : 'descending';
    head.querySelector('button').addEventListener('click', () => {
      const now = head.getAttribute('aria-sort');
      const next = now === 'none' ? first : now === first ? second : 'none';
      heads.forEach((other) => other.hasAttribute('aria-sort') && other.setAttribute('aria-sort', 'none'));
      head.setAttribute('aria-sort', next);
      const foot = table.querySelector('tfoot');
      for (const { body } of sorted(groups, sortBy, next)) table.insertBefore(body, foot);
    });
  });
}

function sorted(groups, sortBy, order) {
  if (order === 'none') return groups;
  const direction = order === 'ascending' ? 1 : -1;
  return [...groups].sort((a, b) => {
    const [x, y] = [sortBy(a.row), sortBy(b.row)];
    if (x === null || y === null) return (x === null) - (y === null);
    return direction * (x < y ? -1 : x > y ? 1 : 0);
  });
}

/** A row and the details under it, in a body of their own so that they move together. */
function rowGroup(section, row, index, fields, run) {
  const details = `${section.id}-details-${index}`;
  const running = row.runs.length;
  const failed = (row.failed_runs ?? []).length;
  const state = row.failed
    ? 'all trials failed'
    : failed > 0
      ? `${running} of ${run.seeds} seeds, ${failed} failed`
      : running === 0 && !row.inference
        ? 'not run yet'
        : running > 0 && running < run.seeds
          ? `${running} of ${run.seeds} seeds`
          : null;
  const inner = element('td', { colspan: fields.length + 1 });
  const hidden = element('tr', { class: 'details', id: details, hidden: true }, inner);
  const button = element(
    'button',
    { type: 'button', class: 'expander', 'aria-expanded': 'false', 'aria-controls': details },
    element('span', { class: 'chevron', 'aria-hidden': 'true' }),
    element('span', { class: 'label' }, row.label),
  );
  button.addEventListener('click', () => {
    const open = hidden.hidden;
    if (open && inner.childElementCount === 0) inner.append(rowDetails(row));
    hidden.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  });
  const body = element(
    'tbody',
    { class: `group ${roleOf(row)}`, 'data-row': row.id },
    element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        button,
        (row.note || state) &&
          element(
            'span',
            { class: 'note' },
            row.note,
            row.note && state && ' \u00b7 ',
            state && element('span', { class: 'state' }, state),
          ),
      ),
      fields.map((field) => field.cell(row)),
    ),
    hidden,
  );
  return { row, body };
}

/** What the columns of relevance range between: uniform weights, and DIN-L itself. */
function scaleFoot(section, fields) {
  const scale = section.scale;
  if (!scale) return null;
  const line = (label, values) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, label),
      fields.map((field) =>
        element(
          'td',
          { class: field.strip ? 'strip-cell' : 'number' },
          isNumber(values[field.key]) ? written(field.key, values[field.key]) : '',
        ),
      ),
    );
  const uniform = { ri: scale.ri_uniform, recall_50: scale.recall_uniform };
  const floor = { ri: scale.ri_floor };
  return element(
    'tfoot',
    {},
    Object.values(uniform).some(isNumber) && line('Uniform weights, for scale', uniform),
    isNumber(floor.ri) && line('DIN-L\u2019s own weights, the least possible', floor),
  );
}

/** How to read a table. */
function tableLegend(section, keys, seeds) {
  const compared = keys.includes('auc') && section.rows.find((row) => verdictOf(row) !== null);
  const other = compared && nameOf(section, compared.significance.against);
  const signs = Object.entries(VERDICTS).map(([key, { sign: symbol, text }], i) => [
    i > 0 && ', ',
    element('span', { class: `verdict together ${key}` }, element('span', { class: 'verdict-sign' }, symbol), ` ${text}`),
  ]);
  return element(
    'p',
    { class: 'legend' },
    element('b', {}, 'Bold'), ' best, ', element('u', {}, 'underlined'), ' second best in its column. ',
    seeds > 1 && `Mean \u00b1 standard deviation over ${seeds} seeds. `,
    compared && ['\u0394: AUC less that of ', other, '; at p < 0.05 ', signs, '. '],
    element('span', { class: 'screen-only' }, 'Click a head to sort, a name for its runs, options and trials.'),
  );
}
