'use strict';

/** A measurement over the values of a setting, a box and the seeds' points for each: Fig. 3. */
function boxSection(section, run) {
  const { x: xKey, y: yKey } = section;
  const groups = section.rows
    .filter((row) => isNumber(row.x ?? row[xKey]))
    .map((row) => ({ row, x: row.x ?? row[xKey], values: measured(row, yKey).seeds.map(({ value }) => value) }))
    .sort((a, b) => a.x - b.x);
  const said = groups
    .filter(({ values }) => values.length > 0)
    .map(({ x, values }) => `${amount(x)}: median ${written(yKey, fiveNumbers(values)[2])}`)
    .join('; ');
  const { figure, box } = chartFigure(
    `${headOf(yKey)} over ${axisName(xKey)}. ${said}.`,
    'medium',
    said !== '' && boxCaption(groups),
  );
  return {
    content: [
      said !== '' ? figure : element('p', { class: 'muted' }, 'No run of this section has ended yet.'),
      numbersBehind(section, section.columns ?? behindKeys(section, [yKey]), run),
    ],
    draw() {
      if (said !== '') charts.add(box, (chart, colors, width) => drawBoxes(chart, colors, width, { groups, xKey, yKey }));
    },
  };
}

function boxCaption(groups) {
  const most = Math.max(...groups.map(({ values }) => values.length));
  const usual = groups.some(({ row }) => roleOf(row) === 'encode') ? ' Blue is ENCODE\u2019s usual setting.' : '';
  if (most < 3) return `Points are seeds; too few for boxes.${usual}`;
  return `Points are seeds. Boxes reach from the first to the third quartile, the line inside is the median, whiskers reach to the extremes.${usual}`;
}

function drawBoxes(chart, colors, width, { groups, xKey, yKey }) {
  const all = groups.flatMap(({ values }) => values);
  const range = niceRange(all);
  const narrow = width < 520;
  const boxes = groups.map(({ row, values }) =>
    values.length >= 3
      ? { value: fiveNumbers(values), row, itemStyle: { borderColor: roleColor(colors, roleOf(row)) } }
      : { value: ['-', '-', '-', '-', '-'], row },
  );
  const points = groups.flatMap(({ row, values }, at) =>
    values.map((value, i) => ({
      value: [at, value],
      row,
      itemStyle: { color: roleColor(colors, roleOf(row)) },
      symbolOffset: [values.length > 1 ? 14 * (i / (values.length - 1) - 0.5) : 0, 0],
    })),
  );
  chart.setOption(
    {
      ...baseOption(colors, (data) => measurementCard(data.row, [yKey], settingName(data.row, xKey))),
      grid: { left: 62, right: 16, top: 44, bottom: 52, outerBoundsMode: 'none' },
      xAxis: categoryAxis(colors, groups.map(({ x }) => amount(x)), axisName(xKey)),
      yAxis: valueAxis(colors, range, axisWriter(range.step), levelName(colors, headOf(yKey))),
      series: [
        {
          type: 'boxplot',
          name: 'boxes',
          boxWidth: [14, narrow ? 30 : 46],
          itemStyle: { color: colors.grid, borderWidth: 1.5 },
          data: boxes,
        },
        {
          type: 'scatter',
          name: 'seeds',
          symbolSize: 7,
          itemStyle: { opacity: 0.85 },
          data: points,
        },
      ],
    },
    { notMerge: true },
  );
}

function categoryAxis(colors, names, title) {
  return {
    type: 'category',
    data: names,
    name: title,
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: { color: colors.muted, fontSize: 12 },
    axisTick: { show: false },
    axisLine: { onZero: false, lineStyle: { color: colors.line } },
    axisLabel: { color: colors.muted, fontSize: 12 },
  };
}

/** One panel for each measurement over the values of a setting, a line for each method. */
function lineSection(section, run) {
  const xKey = section.x;
  const keys = section.series ?? [section.y];
  const lines = linesOf(section, xKey);
  const shown = keys.filter((key) => lines.some(({ rows }) => rows.some((row) => measured(row, key).mean !== null)));
  const panels = shown.map((key) => {
    const said = lines
      .map(({ name, rows }) => `${name ?? ''} ${rows.map((row) => `${amount(xOf(row, xKey))}: ${written(key, measured(row, key).mean)}`).join('; ')}`)
      .join('. ');
    const { figure, box } = chartFigure(`${headOf(key)} over ${axisName(xKey)}. ${said}.`, 'medium', null);
    figure.prepend(element('p', { class: 'panel-title' }, headOf(key)));
    return { key, figure, box };
  });
  return {
    content: [
      panels.length > 0
        ? element('div', { class: `panels panels-${Math.min(3, panels.length)}` }, panels.map(({ figure }) => figure))
        : element('p', { class: 'muted' }, 'No run of this section has ended yet.'),
      numbersBehind(section, section.columns ?? behindKeys(section, keys), run),
    ],
    draw() {
      for (const { key, box } of panels) {
        charts.add(box, (chart, colors, width) => drawLines(chart, colors, width, { lines, xKey, key }));
      }
    },
  };
}

function xOf(row, xKey) {
  return row.x ?? row[xKey];
}

/** The row and where it stands, unless its label already says so. */
function settingName(row, xKey) {
  const place = amount(xOf(row, xKey));
  return row.label.includes(place) ? row.label : `${row.label}, ${axisName(xKey)}: ${place}`;
}

/** Columns of the table behind a chart: what is drawn, and how well it ranks. */
function behindKeys(section, keys) {
  const quality = ['gauc', 'log_loss'].filter((key) => section.rows.some((row) => measured(row, key).mean !== null));
  return [...new Set(['x', ...keys, ...quality])];
}

/** Rows that belong to one line: those of one "line", else of one label if labels come back. */
function linesOf(section, xKey) {
  const rows = section.rows.filter((row) => isNumber(xOf(row, xKey)));
  const labels = new Set(rows.map(({ label }) => label));
  const xs = new Set(rows.map((row) => xOf(row, xKey)));
  const nameOf = (row) => row.line ?? (labels.size < rows.length || xs.size === 1 ? row.label : null);
  const byName = Map.groupBy(rows, nameOf);
  return [...byName].map(([name, own]) => ({
    name,
    rows: own.sort((a, b) => xOf(a, xKey) - xOf(b, xKey)),
  }));
}

function drawLines(chart, colors, width, { lines, xKey, key }) {
  const several = lines.length > 1;
  // ENCODE has the accent color wherever it stands.
  const named = lines.some(({ name }) => name === 'ENCODE');
  const others = lines.filter(({ name }) => name !== 'ENCODE');
  const colorOf = (line) => (line.name === 'ENCODE' ? 0 : others.indexOf(line) + (named ? 1 : 0));
  const drawn = lines.map((line, i) => ({
    name: line.name,
    color: several ? colors.lines[colorOf(line) % colors.lines.length] : colors.accent,
    symbol: ['circle', 'triangle', 'rect', 'diamond', 'emptyCircle', 'arrow'][i % 6],
    points: line.rows
      .map((row) => ({ row, x: xOf(row, xKey), y: measured(row, key).mean, std: measured(row, key).std }))
      .filter(({ y }) => y !== null),
  }));
  const points = drawn.flatMap(({ points: own, color }) => own.map((point) => ({ ...point, color })));
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const axis = sweepAxis(colors, xs, axisName(xKey), width);
  const range = niceRange(points.flatMap(({ y, std }) => [y - (std ?? 0), y + (std ?? 0)]), 4);
  const write = axisWriter(range.step / 10);
  const longest = Math.max(0, ...drawn.map(({ name }) => (name ?? '').length));
  const option = {
      ...baseOption(colors, (data) => measurementCard(data.row, [key], settingName(data.row, xKey))),
      grid: { left: 62, right: several ? Math.min(150, 20 + 7 * longest) : 24, top: 22, bottom: 52, outerBoundsMode: 'none' },
      xAxis: axis.option,
      yAxis: valueAxis(colors, range, axisWriter(range.step)),
      series: [
        deviationBars(points.map((point) => ({ ...point, x: axis.at(point.x) }))),
        ...drawn.map(({ name, color, symbol, points: own }) => ({
          type: 'line',
          name: name ?? headOf(key),
          symbol,
          symbolSize: 8,
          showAllSymbol: true,
          lineStyle: { color, width: 2 },
          itemStyle: { color },
          label: {
            show: !several && width > 300,
            position: 'top',
            color: colors.text,
            fontSize: 11.5,
            textBorderColor: colors.page,
            textBorderWidth: 3,
            formatter: ({ value }) => write(value[1]),
          },
          labelLayout: { hideOverlap: true },
          data: own.map(({ row, x, y, std }) => ({
            value: [axis.at(x), y],
            row,
            label: { distance: 7 + ((std ?? 0) * (chart.getHeight() - 74)) / (range.high - range.low) },
          })),
        })),
      ],
  };
  chart.setOption(option, { notMerge: true });
  if (several) {
    const placed = drawn.map((line) => ({ ...line, points: line.points.map((p) => ({ ...p, x: axis.at(p.x) })) }));
    option.series.push(endLabels(chart, placed, colors));
    chart.setOption(option, { notMerge: true });
  }
}


/** Even steps where the values are uneven and start at 0, a log scale where they span decades. */
function sweepAxis(colors, xs, title, width) {
  const [low, high] = [xs[0], xs.at(-1)];
  const ticks = width < 420 && xs.length > 6 ? xs.filter((_, i) => i % 2 === 0 || i === xs.length - 1) : xs;
  const common = {
    name: title,
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: { color: colors.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.line } },
    axisTick: { show: true, lineStyle: { color: colors.line }, customValues: ticks },
    minorTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: colors.muted, fontSize: 12, customValues: ticks, formatter: (v) => amount(v), hideOverlap: true },
  };
  const decades = low > 0 && high / low >= 10;
  if (decades) {
    return { option: { ...common, type: 'log', min: low / 1.25, max: high * 1.25 }, at: (x) => x };
  }
  if (low > 0) {
    const margin = (high - low || 1) * 0.06;
    return { option: { ...common, type: 'value', min: low - margin, max: high + margin }, at: (x) => x };
  }
  return { option: categoryAxis(colors, xs.map(amount), title), at: (x) => xs.indexOf(x) };
}
