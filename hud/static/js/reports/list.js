// The list of reports: a button a week, newest first.

const tag = new URL(import.meta.url).search;
const [{ h, icon, plural }, { emblemUrl }] = await Promise.all([import(`../dom.js${tag}`), import(`../emblem.js${tag}`)]);

export function createList({ assets, open }) {
  const list = h("ol", { class: "weeks" });
  let drawn = "";

  function item(report, opened) {
    const button = h(
      "button",
      { type: "button", class: "week", "data-week": report.week, ...(report.week === opened ? { "aria-current": "true" } : {}), onclick: () => open(report.week) },
      h("img", { src: emblemUrl(assets, report.champion_tier_order ?? 0), alt: "", width: "48", height: "48", loading: "lazy" }),
      h(
        "span",
        { class: "about" },
        h("strong", {}, report.iso_week, h("small", {}, days(report.week))),
        champions(report),
        h("small", {}, `${plural(report.meetings_booked, "meeting", "meetings")} \u00b7 ${plural(report.team_count, "team", "teams")} \u00b7 ${plural(report.sdr_count, "SDR", "SDRs")}`),
        ...marks(assets, report),
      ),
    );
    return h("li", {}, button);
  }

  return {
    root: list,
    update(reports, opened) {
      const wanted = JSON.stringify([reports, opened]);
      if (wanted === drawn) return;
      drawn = wanted;
      const focused = list.getRootNode().activeElement?.dataset?.week;
      list.replaceChildren(...reports.map((report) => item(report, opened)));
      if (focused) list.querySelector(`[data-week="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    },
  };
}

/** Who was first, each name in its own direction. */
export function champions(report) {
  if (report.champion_names.length === 0) return h("span", { class: "champions" }, "No champion");
  const names = report.champion_names.flatMap((name, place) => [...(place ? [", "] : []), h("bdi", {}, name)]);
  const more = report.champion_count - report.champion_names.length;
  return h("span", { class: "champions" }, ...names, ...(more > 0 ? [` and ${more} more`] : []));
}

// What is not as it was announced, and what the report tells of earlier weeks.
function marks(assets, report) {
  const since = Number(report.restated_since_count);
  const told = Number(report.restatement_count);
  return [
    ...(since ? [h("span", { class: "mark-since" }, icon(assets, "taken_back"), `${plural(since, "change", "changes")} since`)] : []),
    ...(told ? [h("span", { class: "mark-told" }, icon(assets, "event"), `tells ${plural(told, "restatement", "restatements")}`)] : []),
  ];
}

const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** 9 Nov – 15 Nov 2026, for the Monday of a week. */
export function days(week) {
  const monday = new Date(`${week}T00:00:00Z`);
  const sunday = new Date(monday.getTime() + 6 * 86400000);
  return `${format.format(monday)} \u2013 ${format.format(sunday)} ${sunday.getUTCFullYear()}`;
}
