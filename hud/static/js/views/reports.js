// Reports: the weekly rank reports, newest first; one is opened beside the list, or downloaded.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { createShell }, { createDocuments, downloads }, { createList }, { createReader }] = await Promise.all(
  ["dom", "shell", "reports/document", "reports/list", "reports/reader"].map((name) => import(`../${name}.js${tag}`)),
);

export function create({ assets, trigger, defaultVolume }) {
  const documents = createDocuments({ ask: (request) => trigger("open", request) });
  const list = createList({ assets, open: (week) => want(week, "show") });
  const reader = createReader({ assets, want });
  const coming = h("p", { class: "coming" });
  const title = h("h2");
  const advice = h("p");
  const none = h("section", { class: "panel none" }, icon(assets, "page_reports", "big"), title, advice);
  const archive = h("nav", { class: "panel archive", "aria-label": "Weeks" }, h("h2", { class: "caption" }, "Weeks"), list.root, coming);
  const content = h("section", { class: "content reports-page" }, archive, reader.root, none);
  const shell = createShell({ view: "reports", assets, trigger, defaultVolume, content });
  let latest = null;
  let looked = null;
  let opened = null;

  function want(week, then) {
    if (then === "show") looked = week;
    const known = documents.known(week);
    if (known) return use({ week, then, ...known });
    documents.request(week, then);
    reader.say(then === "show" ? "Opening the report \u2026" : "Preparing the file \u2026");
    draw();
  }

  function use(report) {
    const problems = { away: "The database does not answer. Try again in a moment.", missing: "This report is no longer there." };
    reader.say(report.problem ? problems[report.problem] : "");
    if (report.problem) return;
    if (report.then !== "show") return downloads[report.then](report);
    const isOpen = opened === report.week;
    opened = report.week;
    draw();
    if (!isOpen) reader.show(report);
  }

  function draw() {
    const { reports } = latest;
    const report = reports.find(({ week }) => week === looked) ?? reports[0];
    archive.hidden = reader.root.hidden = !report;
    none.hidden = Boolean(report);
    if (!report) return;
    if (opened !== report.week) opened = null;
    list.update(reports, report.week);
    reader.look(report, opened === report.week);
  }

  function update(data) {
    looked ??= data.reports.find((report) => report.iso_week === data.asked)?.week ?? null;
    const listed = data.reports.map((report) => ({ ...report, restated_since_count: data.restated[report.week] ?? 0 }));
    latest = { ...data, reports: listed };
    const count = data.reports.length;
    shell.update({ ...data, title: "Reports", subtitle: count ? `${count} weekly ${count === 1 ? "report" : "reports"}, as announced` : "" });
    const [headline, words] = nextInWords(data.next);
    setText(title, "No week has been published yet");
    setText(advice, headline ? `The first report is of ${headline}: ${words}.` : "The first report is made when a week is over in which somebody was at work.");
    setText(coming, headline ? `Next: ${headline}, ${words}.` : "");
    draw();
    documents.retry();
    if (!data.report) return;
    trigger("received", data.report.request);
    documents.take(data.report, data.plotly).then((report) => report && use(report));
  }

  return { root: shell.root, update, dispose: () => shell.dispose() };
}

const moment = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

function nextInWords(next) {
  if (!next) return [null, null];
  if (next.is_closed) return [next.iso_week, "it is over, and its report comes within the hour"];
  return [next.iso_week, `it closes ${moment.format(new Date(next.closes_at * 1000))}`];
}
