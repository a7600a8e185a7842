'use strict';

/** All charts of the page, drawn anew when the theme or their width changes. */
const charts = (() => {
  const drawn = [];
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const found = drawn.find(({ box }) => box === target);
      if (found && Math.round(contentRect.width) !== found.width) draw(found);
    }
  });

  function draw(one) {
    one.width = one.box.clientWidth;
    if (one.width === 0) return;
    one.chart ??= echarts.init(one.box, null, { renderer: 'svg' });
    one.chart.resize();
    one.build(one.chart, palette(), one.width);
  }

  theme.onChange(() => drawn.forEach(draw));
  // A sheet of paper is narrower than most windows.
  window.addEventListener('beforeprint', () => fit('660px'));
  window.addEventListener('afterprint', () => fit(''));

  function fit(width) {
    for (const one of drawn) {
      one.box.style.width = width;
      draw(one);
    }
  }

  return {
    /** Draws into a box that is in the page: build(chart, colors, width) sets the options. */
    add(box, build) {
      const one = { box, build, width: 0, chart: null };
      drawn.push(one);
      draw(one);
      observer.observe(box);
    },
  };
})();

/** The colors of the theme in force, as the style sheet has them. */
function palette() {
  const style = window.getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    grid: color('grid'),
    surface: color('surface'),
    page: color('page'),
    accent: color('accent'),
    other: color('other'),
    lines: [1, 2, 3, 4, 5, 6].map((i) => color(`line-${i}`)),
    font: style.getPropertyValue('--font').trim(),
  };
}

function roleColor(colors, role) {
  return role === 'other' ? colors.other : colors.accent;
}

/** What all charts share: no motion, our type, tooltips made of elements and kept in the chart. */
function baseOption(colors, card) {
  return {
    animation: false,
    textStyle: { fontFamily: colors.font, color: colors.text },
    tooltip: {
      trigger: 'item',
      confine: true,
      transitionDuration: 0,
      padding: 0,
      borderWidth: 0,
      backgroundColor: 'transparent',
      shadowBlur: 0,
      shadowColor: 'transparent',
      className: 'chart-tooltip',
      formatter: ({ data }) => card(data),
    },
  };
}

function valueAxis(colors, { low, high, step }, write, extra = {}) {
  return {
    type: 'value',
    min: low,
    max: high,
    interval: step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colors.muted, fontSize: 12, formatter: write },
    splitLine: { lineStyle: { color: colors.grid } },
    ...extra,
  };
}

/** A name written level above the axis, where it is easier to read than on its side. */
function levelName(colors, name) {
  return {
    name,
    nameLocation: 'end',
    nameGap: 14,
    nameTextStyle: { color: colors.muted, fontSize: 12, align: 'left', padding: [0, 0, 0, -34] },
  };
}

/** Round limits around values, about five steps apart. */
function niceRange(values, wanted = 5) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= raw * 0.999);
  const tidy = (value) => Number(value.toPrecision(12));
  return {
    low: tidy(Math.floor((low - span * 0.04) / step) * step),
    high: tidy(Math.ceil((high + span * 0.04) / step) * step),
    step: tidy(step),
  };
}

/** Writes an axis with as many digits as its steps need. */
function axisWriter(step) {
  const text = String(Number(step.toPrecision(6)));
  const places = text.includes('.') ? text.split('.')[1].length : 0;
  return (value) => grouped(value, places);
}

/** Bars of one standard deviation to each side. */
function deviationBars(points) {
  const shown = points.filter(({ std }) => std !== null && std > 0);
  return {
    type: 'custom',
    silent: true,
    z: 1,
    data: shown.map(({ x, y }) => [x, y]),
    renderItem(params, api) {
      const { x, y, std, color } = shown[params.dataIndex];
      const top = api.coord([x, y + std]);
      const bottom = api.coord([x, y - std]);
      return {
        type: 'line',
        shape: { x1: top[0], y1: top[1], x2: bottom[0], y2: bottom[1] },
        style: { stroke: color, lineWidth: 1.5, opacity: 0.55 },
      };
    },
  };
}

const LABEL_PLACES = [
  [11, 0, 'left'], [-11, 0, 'right'], [0, -15, 'center'], [0, 15, 'center'],
  [9, -12, 'left'], [9, 12, 'left'], [-9, -12, 'right'], [-9, 12, 'right'],
  [22, -26, 'left'], [22, 26, 'left'], [-22, -26, 'right'], [-22, 26, 'right'],
  [0, -34, 'center'], [0, 34, 'center'], [34, -42, 'left'], [34, 42, 'left'],
  [-34, -42, 'right'], [-34, 42, 'right'], [46, -60, 'left'], [46, 60, 'left'],
];

/** Names beside points, where they cover neither points nor one another; far ones get a leader. */
function pointLabels(chart, points, front, colors, fontSize, left) {
  const pixel = ({ x, y }) => chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, y]);
  const pixels = points.map(pixel);
  const steps = stepBoxes(front.map(pixel));
  const pen = document.createElement('canvas').getContext('2d');
  const taken = pixels.map(([x, y]) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
  const frame = { left, right: chart.getWidth() - 2, top: 4, bottom: chart.getHeight() - 34 };
  // The most important names choose first.
  const order = points.map((_, i) => i).sort((a, b) => rank(points[a]) - rank(points[b]));
  const labels = [];
  for (const i of order) {
    const { label, role } = points[i];
    const weight = role === 'encode' ? 600 : 400;
    pen.font = `${weight} ${fontSize}px ${colors.font}`;
    const text = label.length > 28 ? `${label.slice(0, 27)}\u2026` : label;
    const size = { width: pen.measureText(text).width, height: fontSize + 3 };
    const [px, py] = pixels[i];
    const choice = LABEL_PLACES.map(([dx, dy, align], place) => {
      const left = align === 'left' ? px + dx : align === 'right' ? px + dx - size.width : px + dx - size.width / 2;
      const box = { left, right: left + size.width, top: py + dy - size.height / 2, bottom: py + dy + size.height / 2 };
      const covered = taken.reduce((sum, other, j) => (j === i ? sum : sum + overlap(box, other)), 0);
      const crossed = steps.reduce((sum, step) => sum + overlap(box, step), 0);
      return { dx, dy, align, box, place, cost: place + 6 * covered + 1.2 * crossed + 40 * outside(box, frame) };
    }).reduce((best, next) => (next.cost < best.cost ? next : best));
    taken.push(choice.box);
    labels.push({ ...points[i], ...choice, text, weight });
  }
  return {
    type: 'custom',
    silent: true,
    z: 5,
    data: labels.map(({ x, y }) => [x, y]),
    renderItem(params, api) {
      const { x, y, dx, dy, align, text, weight, place, role } = labels[params.dataIndex];
      const [px, py] = api.coord([x, y]);
      const words = {
        type: 'text',
        style: {
          text, x: px + dx, y: py + dy, align, verticalAlign: 'middle',
          font: `${weight} ${fontSize}px ${colors.font}`,
          fill: role === 'other' ? colors.text : colors.accent,
          stroke: colors.page, lineWidth: 3,
        },
      };
      if (place < 8) return words;
      const reach = 1 - 4 / Math.hypot(dx, dy);
      const leader = {
        type: 'line',
        shape: { x1: px + dx * 0.25, y1: py + dy * 0.25, x2: px + dx * reach, y2: py + (dy - Math.sign(dy) * 7) * reach },
        style: { stroke: colors.muted, lineWidth: 1, opacity: 0.7 },
      };
      return { type: 'group', children: [leader, words] };
    },
  };
}

/** The ground that a stepped line covers. */
function stepBoxes(pixels) {
  return pixels.slice(1).flatMap(([x2, y2], i) => {
    const [x1, y1] = pixels[i];
    return [
      { left: x1, right: x2, top: y1 - 1, bottom: y1 + 1 },
      { left: x2 - 1, right: x2 + 1, top: Math.min(y1, y2), bottom: Math.max(y1, y2) },
    ];
  });
}

/** Names at the ends of lines, pushed apart where they meet. */
function endLabels(chart, lines, colors) {
  const height = 15;
  const ends = lines
    .filter(({ name, points }) => name && points.length > 0)
    .map(({ name, color, points }) => {
      const { x, y } = points.at(-1);
      const [, at] = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, y]);
      return { name, color, x, y, at };
    })
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) {
    const meeting = height - (ends[i].at - ends[i - 1].at);
    if (meeting <= 0) continue;
    ends[i - 1].at -= meeting / 2;
    for (let j = i - 1; j > 0; j--) ends[j - 1].at = Math.min(ends[j - 1].at, ends[j].at - height);
    ends[i].at = ends[i - 1].at + height;
  }
  return {
    type: 'custom',
    name: 'names',
    silent: true,
    z: 5,
    data: ends.map(({ x, y }) => [x, y]),
    renderItem(params, api) {
      const { name, color, x, y, at } = ends[params.dataIndex];
      return {
        type: 'text',
        style: { text: name, x: api.coord([x, y])[0] + 10, y: at, verticalAlign: 'middle', fill: color, font: `12px ${colors.font}` },
      };
    },
  };
}

function rank({ role }) {
  return role === 'encode' ? 0 : role === 'ours' ? 1 : 2;
}

function overlap(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? Math.sqrt(width * height) : 0;
}

function outside(box, frame) {
  return (
    Math.max(0, frame.left - box.left) + Math.max(0, box.right - frame.right) +
    Math.max(0, frame.top - box.top) + Math.max(0, box.bottom - frame.bottom)
  );
}

/** A figure around a chart, with what it shows in words for those who do not see it. */
function chartFigure(description, heightClass, caption, key = null) {
  const box = element('div', { class: `chart ${heightClass}`, role: 'img', 'aria-label': description });
  const figure = element('figure', {}, key, box, caption && element('figcaption', {}, caption));
  return { figure, box };
}

/** The numbers behind a chart, folded away. */
function numbersBehind(section, keys, run) {
  return element(
    'details',
    { class: 'numbers' },
    element('summary', {}, 'The numbers behind this chart'),
    resultTable(section, keys, run),
  );
}
