// One chart in a panel of its own: drawn by plotly, walked through with the arrow keys, and the same data as a table.
//
// It is drawn when it is new or its room has changed, never because a poll came: what one reads stays where it is.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { adoptStyles, loadPlotly, scaled }, { fill }, { emblemUrl }] = await Promise.all(
  ["dom", "history/plotly", "history/table", "emblem"].map((name) => import(`../${name}.js${tag}`)),
);

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showAxisDragHandles: false };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] };

export function createChart({ assets, name, title }) {
  const ids = `rift-${name}`;
  const plot = h("div", { class: "plot", tabindex: "0", role: "group", "aria-roledescription": "chart", "aria-label": `${title}. Arrow keys read it point by point.` });
  const readout = h("p", { class: "quiet", role: "status" });
  const failed = h("p", { class: "failed", hidden: "" }, "The chart cannot be drawn here. Its table has the same figures.");
  const table = h("table");
  const words = h("div", { class: "words", id: `${ids}-table`, tabindex: "0", role: "region", "aria-label": `${title}, as a table`, hidden: "" }, table);
  const emblems = h("div", { class: "emblems", "aria-hidden": "true" });
  const toggle = h("button", { class: "key as-table", type: "button", "aria-expanded": "false", "aria-controls": `${ids}-table`, onclick: () => show(words.hidden) }, icon(assets, "table"), "Show as table", h("span", { class: "quiet" }, `: ${title}`));
  const legend = h("ul", { class: "legend" });
  const root = h(
    "section",
    { class: `panel chart ${name}`, "aria-labelledby": `${ids}-title` },
    h("div", { class: "head" }, h("h2", { class: "caption", id: `${ids}-title` }, title), legend, toggle),
    failed,
    h("div", { class: "room" }, emblems, plot, words),
    readout,
  );
  root.dataset.draws = "0";

  let chart = null;
  let plotly = null;
  let url = "";
  let size = "";
  let place = [0, 0];
  const room = new ResizeObserver(() => draw());
  room.observe(plot);

  function show(asTable) {
    words.hidden = !asTable;
    plot.hidden = asTable;
    emblems.hidden = asTable;
    root.dataset.shows = asTable ? "table" : "chart";
    toggle.setAttribute("aria-expanded", String(asTable));
  }

  // A new object is a new chart; the same one leaves everything as it is.
  function update(next, plotlyUrl) {
    url = plotlyUrl;
    if (next === chart) return;
    chart = next;
    size = "";
    place = [Infinity, 0];
    if (!failed.hidden) fail(false);
    fill(table, chart.table);
    legend.replaceChildren(...(chart.legend ?? []).map(({ name: label, colour, mark }) => {
      const swatch = h("i", { "aria-hidden": "true", "data-mark": mark });
      swatch.style.setProperty("--swatch", colour);
      return h("li", {}, swatch, h("span", { dir: "auto" }, label));
    }));
    draw();
  }

  // Without plotly there is one way to show it, and so nothing to choose.
  function fail(isFailed) {
    failed.hidden = !isFailed;
    toggle.hidden = isFailed;
    show(isFailed);
  }

  async function draw() {
    const wanted = chart;
    if (!wanted || plot.hidden || plot.clientWidth === 0) return;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const now = `${plot.clientWidth} ${plot.clientHeight} ${rem}`;
    if (now === size) return;
    size = now;
    try {
      plotly = await loadPlotly(url);
    } catch {
      size = "";
      return fail(true);
    }
    if (wanted !== chart || now !== size || !root.isConnected) return;
    adoptStyles(root.getRootNode());
    const { data, layout } = scaled(wanted.figure, rem);
    const isNarrow = plot.clientWidth < 34 * rem;
    if (isNarrow) fit(data, layout, wanted);
    await plotly.react(plot, data, { ...layout, width: plot.clientWidth, height: plot.clientHeight }, CONFIG);
    showEmblems(wanted.emblems ?? []);
    root.dataset.draws = String(Number(root.dataset.draws) + 1);
  }

  // The lowest tier is at the bottom, as on its axis.
  function showEmblems(orders) {
    const { t, h: height } = plot._fullLayout._size;
    emblems.style.top = `${t}px`;
    emblems.style.height = `${height}px`;
    if (emblems.childElementCount !== orders.length) emblems.replaceChildren(...orders.map((order) => h("img", { src: emblemUrl(assets, order), alt: "" })).reverse());
  }

  // The arrow keys move from point to point; what stands there is shown as if hovered, and said.
  plot.onkeydown = (press) => {
    const step = STEPS[press.key];
    if (!step || !chart || !plotly) return;
    press.preventDefault();
    const { columns, rows } = chart.table;
    const isGrid = chart.figure.data[0].type === "heatmap";
    const clamp = (value, last) => Math.min(last, Math.max(0, value));
    place = [clamp(place[0] + step[0], rows.length - 1), isGrid ? clamp(place[1] + step[1], 6) : 0];
    const [at, line] = place;
    const row = rows[at];
    if (isGrid) {
      plotly.Fx.hover(plot, [{ curveNumber: 0, pointNumber: [line, at] }]);
      setText(readout, `${chart.figure.data[0].customdata[line][at]}: ${row[line + 1] || "not yet"}${row[line + 1] ? " events" : ""}`);
    } else {
      plotly.Fx.hover(plot, chart.figure.data.flatMap((trace, curveNumber) => (at < trace.x.length && trace.hoverinfo !== "skip" ? [{ curveNumber, pointNumber: at }] : [])));
      setText(readout, row.map((cell, column) => (column ? `${columns[column]} ${cell}` : cell)).filter((_, column) => row[column] !== "").join(", "));
    }
  };
  plot.onblur = () => plotly?.Fx.unhover(plot);

  return {
    root,
    update,
    dispose() {
      room.disconnect();
      plotly?.purge(plot);
    },
  };
}

// On a phone there is no room for the words beside the axes, for fewer dates, and for half of the calendar.
function fit(data, layout, { emblems }) {
  for (const axis of [layout.yaxis, layout.yaxis2]) if (axis) delete axis.title;
  layout.margin.l *= emblems ? 0.9 : 0.75;
  if (layout.yaxis2) layout.margin.r *= 0.75;
  if (data[0].type === "heatmap") {
    layout.xaxis.range = [data[0].x.at(-27), data[0].x.at(-1)].map((monday, end) => shifted(monday, end ? 4 : 3));
    Object.assign(data[0], { xgap: 2, ygap: 2 });
  } else if (layout.xaxis.dtick && layout.xaxis.tickmode === "linear") layout.xaxis.dtick *= 2;
  else layout.xaxis.nticks = 4;
}

function shifted(day, days) {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
