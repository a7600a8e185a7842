'use strict';

const MINUS = '\u2212';

/**
 * What each column of results.json is: its heading, which way is better (1 higher, -1 lower, 0
 * neither), how its numbers are written, and what it means. A column that is not listed is shown
 * under its own name and never ranked.
 */
const COLUMNS = {
  auc: { head: 'AUC', better: 1, write: fixed(5), about: 'Area under the ROC curve on the test samples' },
  gauc: { head: 'GAUC', better: 1, write: fixed(5), about: 'AUC within each group, weighted by its samples' },
  log_loss: { head: 'Log loss', better: -1, write: fixed(5), about: 'Mean cross entropy of the predicted click probability' },
  share_of_oracle: {
    head: 'Of oracle', better: 1, write: (v) => fixed(1)(100 * v), unit: '%',
    about: 'How far from chance (AUC 0.5) to the AUC of the true click probabilities',
  },
  warm_auc: { head: 'AUC, warm users', better: 1, write: fixed(5), about: 'AUC on users seen in training' },
  cold_auc: { head: 'AUC, cold users', better: 1, write: fixed(5), about: 'AUC on users not seen in training' },
  ri: { head: 'RI', better: -1, write: fixed(3), about: 'Relevance indicator: cross entropy between DIN-L\u2019s attention weights and the method\u2019s' },
  recall_50: { head: 'Recall@50', better: 1, write: fixed(3), about: 'Share of DIN-L\u2019s 50 heaviest behaviors among the method\u2019s own 50' },
  ri_unmatched: {
    head: 'Unmatched', better: 0, write: (v) => fixed(1)(100 * v), unit: '%',
    about: 'Share of the compared samples for which the method found nothing to attend to; they count with uniform weights',
  },
  inference_ms: { head: 'Inference', unit: 'ms', better: -1, write: significant(3), about: 'Median CPU time of one request, all methods taking turns in one run' },
  inference_p99_ms: { head: 'Inference p99', unit: 'ms', better: -1, write: significant(3), about: '99th percentile of the CPU time of one request' },
  train_seconds: { head: 'Training', unit: 's', better: -1, write: amount, about: 'Wall-clock time of one training run' },
  samples_per_second: { head: 'Samples/s', better: 0, write: amount, about: 'Training samples worked through a second, whatever else the machine did; for orientation' },
  peak_memory_bytes: { head: 'Memory', unit: 'MB', better: 0, write: (v) => amount(v / 1e6), about: 'Peak memory: the largest resident size of the training process, an upper bound; for orientation' },
  bytes_per_user: { head: 'Bytes a user', better: -1, write: amount, about: 'Size of one user\u2019s stored interests' },
  interests_per_user: { head: 'Interests a user', better: 0, write: amount, about: 'Mean number of interests stored for a user' },
  lag_days: { head: 'Mean lag', unit: 'days', better: -1, write: significant(3), about: 'Mean age of the interests that a request meets' },
  lag_behaviors: { head: 'Behaviors missed', better: -1, write: significant(3), about: 'Mean number of behaviors that the stored interests do not know yet' },
  max_score_delta: { head: 'Largest change of a score', better: -1, write: significant(2), about: 'Largest difference of a predicted click probability to exact interests' },
  m: { head: 'm', better: 0, write: amount, about: 'Dimensionality in which behaviors are compared' },
  x: { head: 'x', better: 0, write: amount, about: '' },
  complexity: { head: 'Time complexity', better: 0, text: true, about: 'Of clustering one user; K clusters, T iterations, L behaviors, m dimensions' },
};

/** Names of the horizontal axes of sweeps. */
const AXES = {
  clusters: 'Clusters K',
  m: 'Reduced dimensionality m',
  days: 'Days between refreshes of the interests',
  length: 'History length L, behaviors',
  inference_ms: 'Median CPU time of a request, ms',
};

function axisName(key) {
  return AXES[key] ?? headOf(key);
}

function column(key) {
  return COLUMNS[key] ?? { head: key.replaceAll('_', ' '), better: 0, write: significant(5), about: '' };
}

/** Heading with its unit. */
function headOf(key) {
  const { head, unit } = column(key);
  return unit ? `${head}, ${unit}` : head;
}

function fixed(digits) {
  return (value) => sign(value.toFixed(digits));
}

function significant(digits) {
  return (value) => {
    if (value === 0) return '0';
    const places = Math.max(0, Math.min(8, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
    return grouped(value, places);
  };
}

/** A count or a size: whole where it is large, three digits where it is small. */
function amount(value) {
  if (Number.isInteger(value)) return grouped(value, 0);
  return Math.abs(value) >= 100 ? grouped(value, 0) : significant(3)(value);
}

function grouped(value, places) {
  return sign(value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }));
}

function sign(text) {
  return text.replace('-', MINUS);
}

function written(key, value) {
  return isNumber(value) ? column(key).write(value) : '\u2013';
}

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Bytes in the unit that leaves one to three digits before the point. */
function bytes(value) {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${amount(step === 0 ? value : value / 1000 ** step)} ${units[step]}`;
}

/** A time span for reading: "3 h 12 min". */
function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  const minutes = Math.round(s / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * A row's measurement in a column: {mean, std, seeds: [{seed, value}]}. Inference time is measured
 * in one run of its own and has no seeds. What is missing is null.
 */
function measured(row, key) {
  if (key === 'inference_ms') return single(row.inference?.median_ms);
  if (key === 'inference_p99_ms') return single(row.inference?.p99_ms);
  const seeds = row.runs
    .filter((run) => isNumber(run[key]))
    .map((run) => ({ seed: run.seed, value: run[key] }));
  const values = seeds.map(({ value }) => value);
  const own = isNumber(row[key]) ? row[key] : null;
  const mean = row.mean?.[key] ?? (values.length > 0 ? meanOf(values) : own);
  const std = values.length > 1 ? (row.std?.[key] ?? deviationOf(values)) : null;
  return { mean: isNumber(mean) ? mean : null, std: isNumber(std) ? std : null, seeds };
}

function single(value) {
  return { mean: isNumber(value) ? value : null, std: null, seeds: [] };
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation. */
function deviationOf(values) {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/** Minimum, quartiles (linear between neighbors), median and maximum. */
function fiveNumbers(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.ceil(at);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  });
}

/**
 * Which rows are best and second best in a column, as written: equal texts share a place. A column
 * with fewer than two measured rows has neither.
 */
function places(rows, key) {
  const { better } = column(key);
  const best = new Set();
  const second = new Set();
  const values = rows
    .filter((row) => !isOwnScale(row, key))
    .map((row) => ({ row, value: measured(row, key).mean }))
    .filter(({ value }) => value !== null);
  if (better === 0 || values.length < 2) return { best, second };
  values.sort((a, b) => better * (b.value - a.value));
  const texts = [...new Set(values.map(({ value }) => written(key, value)))];
  for (const { row, value } of values) {
    const place = texts.indexOf(written(key, value));
    if (place === 0) best.add(row);
    if (place === 1 && best.size === 1) second.add(row);
  }
  return { best, second };
}

/** Relevance is measured against DIN-L, which therefore does not compete in it. */
function isOwnScale(row, key) {
  return row.id === 'din-l' && (key === 'ri' || key === 'recall_50');
}

/** ENCODE itself, ours beyond the paper, or another method. */
function roleOf(row) {
  if (row.id === 'encode') return 'encode';
  return /\bours\b/i.test(row.note ?? '') ? 'ours' : 'other';
}

/** How a row's AUC stands to another's: "better", "worse" or "equal" at p < 0.05; null if untested. */
function verdictOf(row) {
  const test = row.significance;
  if (!test || !isNumber(test.p) || !isNumber(test.delta_auc)) return null;
  if (test.p >= 0.05 || test.delta_auc === 0) return 'equal';
  return test.delta_auc > 0 ? 'better' : 'worse';
}

/** The 95% interval of a difference of AUCs; null where results have none. */
function interval({ low, high }) {
  if (!isNumber(low) || !isNumber(high)) return null;
  const signed = (value) => `${value > 0 ? '+' : ''}${written('auc', value)}`;
  return `${signed(low)} to ${signed(high)}`;
}

function pValue(p) {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${significant(2)(p)}`;
}
