// Where a report is read: its cover until it is opened, then the page itself in a frame that reaches nothing of ours.

const tag = new URL(import.meta.url).search;
const [{ h, icon, number, setText }, { emblemUrl }, { sandboxed }, { champions, days }] = await Promise.all([
  import(`../dom.js${tag}`),
  import(`../emblem.js${tag}`),
  import(`../sandbox.js${tag}`),
  import(`./list.js${tag}`),
]);

export function createReader({ assets, want }) {
  const heading = h("h2", { tabindex: "-1" });
  const when = h("p", { class: "when" });
  const html = key("html", "download", "Page");
  const csv = key("csv", "download", "CSV");
  const tools = h("div", { class: "tools" }, html, csv);
  const cover = h("div", { class: "cover" });
  const stage = h("div", { class: "stage", hidden: "" });
  const said = h("p", { class: "said", role: "status" });
  const root = h("section", { class: "panel reader", "aria-label": "Report" }, h("div", { class: "head" }, h("div", {}, heading, when), tools), said, cover, stage);
  let week = null;
  let drawn = "";

  function key(then, symbol, words) {
    return h("button", { type: "button", class: "key", onclick: () => want(week, then) }, icon(assets, symbol), words);
  }

  function showCover(report) {
    const wanted = JSON.stringify(report);
    if (wanted === drawn) return;
    drawn = wanted;
    const tile = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, number(value)));
    cover.replaceChildren(
      h("img", { src: emblemUrl(assets, report.champion_tier_order ?? 0), alt: "", class: "emblem" }),
      h("p", { class: "kicker" }, report.champion_count > 1 ? "Champions of the week" : "Champion of the week"),
      h("p", { class: "champion" }, champions(report)),
      h("p", { class: "tier" }, report.champion_tier ?? "Nobody earned a rank point"),
      h("dl", { class: "tiles" }, tile("Meetings booked", report.meetings_booked), tile("Rose a tier", report.rise_count), tile("Fell a tier", report.fall_count), tile("Personal bests", report.personal_best_count)),
      h("button", { type: "button", class: "key allow open", onclick: () => want(report.week, "show") }, icon(assets, "page_reports"), "Open the report"),
    );
  }

  return {
    root,
    say: (words) => setText(said, words),
    /** The week that is looked at: its cover, unless its page is open. */
    look(report, isOpen) {
      week = report.week;
      setText(heading, report.iso_week);
      setText(when, days(report.week));
      html.setAttribute("aria-label", `Download the page of ${report.iso_week}`);
      csv.setAttribute("aria-label", `Download ${report.iso_week} as CSV`);
      cover.hidden = isOpen;
      stage.hidden = !isOpen;
      if (!isOpen) stage.replaceChildren();
      showCover(report);
    },
    show({ isoWeek, page }) {
      // Its own scripts run, in an origin of its own: it can reach neither this page nor its storage, nor open anything.
      stage.replaceChildren(sandboxed({ assets, page, title: `Weekly Rank Report ${isoWeek}` }));
      heading.focus({ preventScroll: true });
      root.scrollIntoView({ block: "nearest" });
    },
  };
}
