'use strict';

/** One measurement against another, a named point for each method: Fig. 1 of the paper. */
function scatterSection(section, run) {
  const { x: xKey, y: yKey } = section;
  const points = section.rows
    .map((row) => {
      const [x, y] = [measured(row, xKey), measured(row, yKey)];
      return { row, label: row.label, role: roleOf(row), x: x.mean, y: y.mean, std: y.std };
    })
    .filter(({ x, y }) => x !== null && y !== null);
  const absent = section.rows.filter((row) => !points.some((point) => point.row === row));
  const front = paretoFront(points, column(xKey).better, column(yKey).better);
  const said = points.map(({ row, x, y }) => `${row.label}: ${written(yKey, y)} at ${written(xKey, x)}`).join('; ');
  const { figure, box } = chartFigure(
    `${headOf(yKey)} against ${headOf(xKey)}. ${said}.`,
    'tall',
    absent.length > 0 && `Not measured yet: ${absent.map((row) => row.label).join(', ')}.`,
    points.length > 0 && scatterKey(points, front.length > 1, xKey, yKey),
  );
  const candidates = section.rows.map((row) => row.inference?.candidates).find(isNumber);
  return {
    content: [
      points.length > 0 ? figure : element('p', { class: 'muted' }, 'No method has both measurements yet.'),
      numbersBehind(section, [yKey, xKey], run),
    ],
    draw() {
      if (points.length === 0) return;
      const xName =
        xKey === 'inference_ms' && candidates
          ? `Median CPU time of a request of ${amount(candidates)} candidates, ms`
          : axisName(xKey);
      charts.add(box, (chart, colors, width) => drawScatter(chart, colors, width, { points, front, xKey, yKey, xName }));
    },
  };
}

function drawScatter(chart, colors, width, { points, front, xKey, yKey, xName }) {
  const xs = points.map(({ x }) => x);
  const ys = points.flatMap(({ y, std }) => [y - (std ?? 0), y + (std ?? 0)]);
  const log = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) > 20;
  const narrow = width < 520;
  const margin = narrow ? 50 : 60;
  const yRange = niceRange(ys);
  const xRange = niceRange(xs, narrow ? 4 : 7);
  const ranged = points.map((point) => ({ ...point, color: roleColor(colors, point.role) }));
  const xAxis = {
    ...valueAxis(colors, { ...xRange, low: Math.max(0, xRange.low) }, axisWriter(xRange.step)),
    name: xName,
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: { color: colors.muted, fontSize: 12 },
    splitLine: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.line } },
  };
  if (log) Object.assign(xAxis, { type: 'log', min: Math.min(...xs) * 0.8, max: Math.max(...xs) * 1.25, interval: null });
  const option = {
    ...baseOption(colors, (data) => measurementCard(data.row, [yKey, xKey])),
    grid: { left: margin, right: narrow ? 16 : 90, top: 44, bottom: 52, outerBoundsMode: 'none' },
    xAxis,
    yAxis: valueAxis(colors, yRange, axisWriter(yRange.step), levelName(colors, `${headOf(yKey)} (${column(yKey).better < 0 ? 'lower' : 'higher'} is better)`)),
    series: [
      frontLine(front, colors),
      deviationBars(ranged),
      ...['other', 'ours', 'encode'].map((role) => roleSeries(role, points, colors)),
    ],
  };
  chart.setOption(option, { notMerge: true });
  option.series.push(pointLabels(chart, ranged, front, colors, narrow ? 11 : 12.5, margin));
  chart.setOption(option, { notMerge: true });
}

function roleSeries(role, points, colors) {
  const style = {
    encode: { symbol: 'diamond', symbolSize: 17, itemStyle: { color: colors.accent } },
    ours: { symbol: 'circle', symbolSize: 11, itemStyle: { color: colors.page, borderColor: colors.accent, borderWidth: 2.5 } },
    other: { symbol: 'circle', symbolSize: 10, itemStyle: { color: colors.other } },
  }[role];
  return {
    type: 'scatter',
    name: role,
    z: 3,
    ...style,
    data: points.filter((point) => point.role === role).map((point) => ({ value: [point.x, point.y], row: point.row })),
  };
}

function frontLine(front, colors) {
  return {
    type: 'line',
    name: 'front',
    silent: true,
    symbol: 'none',
    step: 'end',
    z: 0,
    lineStyle: { color: colors.muted, width: 1.2, type: [5, 4], opacity: 0.8 },
    data: front.length > 1 ? front.map(({ x, y }) => [x, y]) : [],
  };
}

/** The points that no other point beats in both measurements, from left to right. */
function paretoFront(points, xBetter, yBetter) {
  const byX = [...points].sort((a, b) => a.x - b.x);
  return byX.filter(
    (point) =>
      !points.some(
        (other) =>
          other !== point &&
          xBetter * (other.x - point.x) >= 0 &&
          yBetter * (other.y - point.y) >= 0 &&
          (other.x !== point.x || other.y !== point.y),
      ),
  );
}

function scatterKey(points, hasFront, xKey, yKey) {
  const symbol = (...marks) => mark('svg', { width: 18, height: 14, viewBox: '0 0 18 14', 'aria-hidden': 'true' }, marks);
  const has = (role) => points.some((point) => point.role === role);
  const words = `no method is better in both ${column(xKey).head.toLowerCase()} and ${column(yKey).head}`;
  return element(
    'ul',
    { class: 'key' },
    has('encode') && element('li', {}, symbol(mark('path', { class: 'key-encode', d: 'M9 0 L16 7 L9 14 L2 7 Z' })), 'ENCODE'),
    has('ours') && element('li', {}, symbol(mark('circle', { class: 'key-ours', cx: 9, cy: 7, r: 4.5 })), 'ours, beyond the paper'),
    has('other') && element('li', {}, symbol(mark('circle', { class: 'key-other', cx: 9, cy: 7, r: 5 })), 'other methods'),
    hasFront && element('li', {}, symbol(mark('line', { class: 'key-front', x1: 0, x2: 18, y1: 7, y2: 7 })), `Pareto front: ${words}`),
  );
}
