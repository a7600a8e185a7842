'use strict';

/** Runs, options, trials and inference of a row. */
function rowDetails(row) {
  const measurements = Object.keys(COLUMNS).filter((key) => row.runs.some((run) => isNumber(run[key])));
  const options = Object.entries(row.options ?? {});
  const trials = row.chosen?.of ?? [];
  const programs = new Set(row.runs.flatMap((run) => [run.program, run.measured_by]).filter(Boolean));
  return element(
    'div',
    { class: 'detail-blocks' },
    row.runs.length > 0 &&
      block(
        'Runs',
        plainTable(
          ['Seed', ...measurements.map(headOf)],
          row.runs.map((run) => [run.seed, ...measurements.map((key) => written(key, run[key]))]),
        ),
        'wide',
      ),
    comparisonBlock(row),
    failureBlock(row),
    programs.size > 0 && element('p', { class: 'muted' }, `Run by ${[...programs].join(' and ')}.`),
    row.chosen &&
      block(
        'Hyper-parameters',
        row.chosen.name && element(
          'p',
          {},
          'Chosen on validation: ',
          element('strong', {}, row.chosen.name),
          isNumber(row.chosen.trials) && `, the best of ${row.chosen.trials} ${row.chosen.trials === 1 ? 'trial' : 'trials'}`,
          isNumber(row.chosen.epoch) && `, after epoch ${row.chosen.epoch}`,
          '.',
          row.chosen.inherited_from && ` The trials were those of ${row.chosen.inherited_from}.`,
        ),
        trials.length > 0 &&
          plainTable(
            ['Trial', 'Validation AUC', 'Epoch'],
            [...trials]
              .sort((a, b) => (b.validation_auc ?? -1) - (a.validation_auc ?? -1))
              .map((trial) =>
                Object.assign([trial.name, trial.failed ? `failed: ${trial.failed}` : written('auc', trial.validation_auc), trial.epoch ?? '\u2013'], {
                  chosen: trial.name === row.chosen.name,
                }),
              ),
          ),
      ),
    options.length > 0 &&
      block('Options that differ from the defaults', termList(options.map(([key, value]) => [key, optionText(value)]))),
    historyBlock(row),
    row.inference && block('Inference', inferenceCard(row).querySelector('dl')),
    row.runs.length === 0 && !row.failed && !row.failed_runs && element('p', { class: 'muted' }, 'No run of this row has ended yet.'),
  );
}

/** The difference that the section tests, with its interval. */
function comparisonBlock(row) {
  const test = row.significance;
  if (verdictOf(row) === null) return null;
  return block(
    `AUC against ${test.against}`,
    termList([
      ['difference', `${test.delta_auc > 0 ? '+' : ''}${written('auc', test.delta_auc)}`],
      ['95% interval', interval(test)],
      ['chance', pValue(test.p)],
      ['seeds in common', isNumber(test.seeds) ? amount(test.seeds) : null],
      ['test', test.test],
    ]),
  );
}

/** Why there are no numbers. */
function failureBlock(row) {
  const runs = row.failed_runs ?? [];
  if (!row.failed && runs.length === 0) return null;
  return block(
    'Failed',
    row.failed && element('p', {}, `${row.failed}.`),
    runs.length > 0 && plainTable(['Seed', 'Because'], runs.map(({ seed, reason }) => [seed, reason])),
  );
}

/** AUC within slices of the test samples, by how long the user's history is. */
function historyBlock(row) {
  const slices = row.runs.map((run) => run.histories).filter(Array.isArray);
  if (slices.length === 0) return null;
  const lines = slices[0].map(({ behaviors, samples }, i) => {
    const values = slices.map((slice) => slice[i]?.auc).filter(isNumber);
    return [behaviors, isNumber(samples) ? amount(samples) : '\u2013', values.length > 0 ? written('auc', meanOf(values)) : '\u2013'];
  });
  return block('By length of history', plainTable(['Behaviors', 'Samples', 'AUC'], lines));
}

function optionText(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function block(title, ...content) {
  const last = content.at(-1);
  const wide = last === 'wide';
  return element('div', { class: wide ? 'block wide' : 'block' }, element('h4', {}, title), wide ? content.slice(0, -1) : content);
}

/** Inference time with what it was measured on. */
function inferenceCard(row) {
  const { candidates, median_ms: median, p99_ms: p99, rounds, history } = row.inference;
  return element(
    'div',
    { class: 'tip' },
    element('p', { class: 'tip-head' }, row.label),
    termList([
      ['median', isNumber(median) ? `${significant(3)(median)} ms` : null],
      ['99th percentile', isNumber(p99) ? `${significant(3)(p99)} ms` : null],
      ['candidates', isNumber(candidates) ? amount(candidates) : null],
      ['history', isNumber(history) ? `${amount(history)} behaviors` : null],
      ['rounds', isNumber(rounds) ? amount(rounds) : null],
    ]),
  );
}
