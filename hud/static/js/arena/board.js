// One period's board: podium, rows, what was searched, and the reader's own place, which never leaves the screen.

const tag = new URL(import.meta.url).search;
const [{ calm, h, icon, number, plural, setText }, { createKeyed }, { createPodium }, { createRow, FIGURES, userOf }, { createTabs }] =
  await Promise.all(["dom", "arena/keyed", "arena/podium", "arena/row", "arena/tabs"].map((name) => import(`../${name}.js${tag}`)));

const TABS = [
  ["today", "Today"],
  ["week", "Week"],
  ["all_time", "All time"],
];
const SINCE = { today: "Arrows: against yesterday", week: "Arrows: against last week", all_time: "Arrows: since yesterday" };
const QUIET = {
  today: ["The day is young", "Nobody has scored yet today. The first call takes the lead."],
  week: ["A new week", "Nobody has scored yet this week: every rank starts at Iron, and the top is free."],
  all_time: ["An empty hall", "Nobody has scored yet. The first event opens the game."],
};
const TYPING_PAUSE = 180;
const CHOICE_SECONDS = 4;

export function createBoard({ assets, trigger, reader }) {
  const links = { assets, hrefOf: (user) => reader.hrefOf(user), isOwn: (user) => user === reader.user, open: (user) => trigger("open", user) };
  const tabs = createTabs({ choices: TABS, label: "Period", controls: "rift-board", choose });
  const field = h("input", { type: "search", placeholder: "Find a name, team or id", autocomplete: "off", spellcheck: "false", "aria-label": "Find on this board", oninput: () => type() });
  const search = h("div", { class: "find" }, icon(assets, "search"), field);
  const jump = h("button", { type: "button", class: "key", onclick: () => toOwn() }, icon(assets, "page_my_hud"), "My row");
  const note = h("span", { class: "ratio" });
  const podium = createPodium(links);
  const quietTitle = h("h3");
  const quietText = h("p");
  const quiet = h("div", { class: "nothing" }, h("div", { class: "vacant" }, h("img", { src: assets("rings.svg"), alt: "" }), icon(assets, "crown", "crossed")), quietTitle, quietText);
  const found = h("p", { class: "found", role: "status" });
  const toTop = h("button", { type: "button", class: "key wide", onclick: () => trigger("jump", "top") }, "To the top of the board");
  const more = h("button", { type: "button", class: "key wide", onclick: () => trigger("more", true) }, "Show more");
  const list = h("div", { role: "rowgroup", class: "rows" });
  const table = h("div", { role: "table", class: "table", "aria-label": "Places" }, heads(), list);
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Places, best first" }, toTop, table, more);
  const dockRows = h("div", { role: "rowgroup", class: "rows" });
  const dock = h("div", { class: "dock", role: "table", "aria-label": "Your place and the neighbours" }, heads("quiet"), dockRows);
  const stranger = h("p", { class: "stranger" });
  const panel = h("div", { role: "tabpanel", id: "rift-board", class: "arena-board" }, podium.root, quiet, found, scroll, dock, stranger);
  const root = h(
    "section",
    { class: "panel boards", "aria-labelledby": "rift-boards" },
    h("h2", { class: "caption", id: "rift-boards" }, "Leaderboard", note),
    h("div", { class: "tools" }, tabs.root, search, jump),
    panel,
  );

  const rows = createKeyed(list, { keyOf: userOf, create: (first) => createRow({ ...links, first }) });
  const own = createKeyed(dockRows, { keyOf: userOf, create: (first) => createRow({ ...links, first }) });
  let drawn = null;
  let chosen = null;
  let timer = 0;
  let wantsOwn = false;
  let heroIsSeen = true;
  const watcher = new IntersectionObserver((seen) => {
    heroIsSeen = seen.at(-1).isIntersecting;
    showDock();
  });
  let watched = null;

  function choose(period) {
    chosen = { period, at: performance.now() };
    trigger("board", period);
  }

  function type() {
    clearTimeout(timer);
    timer = setTimeout(() => trigger("find", field.value), TYPING_PAUSE);
  }

  const ownShown = () => [...list.children, ...podium.root.children].find((element) => element.dataset.user === reader.user);

  function toOwn() {
    const element = ownShown();
    wantsOwn = !element;
    if (!element) {
      field.value = "";
      trigger("jump", "own");
      return;
    }
    bring(element);
    const target = element.querySelector("a") ?? scroll;
    target.focus({ preventScroll: true });
  }

  // A row that sticks to an edge says that it is there already, so its neighbour is asked.
  function bring(element) {
    const behavior = calm() ? "auto" : "smooth";
    const beside = element.previousElementSibling ?? element.nextElementSibling ?? element;
    if (!scroll.contains(element) || scroll.scrollHeight <= scroll.clientHeight + 1) beside.scrollIntoView({ block: "nearest", behavior });
    else {
      const top = beside.getBoundingClientRect().top - scroll.getBoundingClientRect().top;
      scroll.scrollBy({ top: top - scroll.clientHeight / 2, behavior });
    }
  }

  // On a phone the podium scrolls away with the page: then the own place stays at the lower edge all the same.
  function watchHero() {
    const hero = [...podium.root.children].find((element) => element.dataset.user === reader.user) ?? null;
    if (hero === watched) return;
    if (watched) watcher.unobserve(watched);
    watched = hero;
    heroIsSeen = true;
    if (hero) watcher.observe(hero);
  }

  function showDock() {
    const element = ownShown();
    dock.hidden = !dockRows.children.length || (element !== undefined && (element !== watched || heroIsSeen));
  }

  function update(data) {
    if (chosen && (data.period === chosen.period || performance.now() - chosen.at > CHOICE_SECONDS * 1000)) chosen = null;
    if (chosen) return;
    const key = `${data.period}:${data.words}:${reader.user}`;
    const still = drawn !== key;
    if (still) {
      rows.update([]);
      own.update([]);
      podium.update([], data.period);
    }
    drawn = key;
    tabs.show(data.period);
    panel.setAttribute("aria-labelledby", tabs.idOf(data.period));
    root.dataset.period = data.period;
    root.dataset.total = String(data.total);
    root.dataset.quiet = String(data.podium.length === 0);
    setText(note, data.total ? `${plural(data.total, "SDR", "SDRs")} \u00b7 ${SINCE[data.period]}` : "");
    podium.update(data.words ? [] : data.podium, data.period, { still });
    rows.update(data.rows, { still });
    own.update(data.own, { still });
    const [title, text] = data.total ? QUIET[data.period] : ["Nobody is on the roster", "People appear here by themselves. For whoever runs Rift: load them with rift roster load people.csv."];
    quiet.hidden = data.podium.length > 0 || Boolean(data.words);
    setText(quietTitle, title);
    setText(quietText, text);
    if (root.getRootNode().activeElement !== field && field.value.trim() !== data.words) field.value = data.words;
    setText(found, data.words ? foundWords(data) : "");
    found.hidden = !data.words;
    table.hidden = data.rows.length === 0;
    more.hidden = !data.can_show_more;
    toTop.hidden = !data.has_earlier || Boolean(data.words);
    jump.hidden = data.own.length === 0;
    setText(stranger, strangerWords(data));
    stranger.hidden = !stranger.textContent;
    watchHero();
    showDock();
    if (wantsOwn && ownShown()) toOwn();
  }

  function strangerWords({ own: mine, total }) {
    if (mine.length || !total) return "";
    return reader.user ? "This SDR is on no board: nobody is known by this id." : "Choose an SDR on My HUD, and the own place stays in view here.";
  }

  return {
    root,
    update,
    dispose() {
      clearTimeout(timer);
      watcher.disconnect();
      for (const part of [podium, rows, own]) part.dispose();
    },
  };
}

function heads(className = "heads") {
  const cells = [["cell-place", "Place"], ["cell-move", "Moved"], ["cell-who", "SDR"]].concat(FIGURES.map(([field, words]) => [`figure ${field}`, words]));
  const row = h("div", { role: "row", class: "entry-heads" }, ...cells.map(([name, words]) => h("div", { role: "columnheader", class: name, ...(words === "Meetings" ? { title: "Meetings booked", "aria-label": "Meetings booked" } : {}) }, words)));
  return h("div", { role: "rowgroup", class: className }, row);
}

function foundWords({ rows, found_count: count, total }) {
  if (!count) return "Nobody on this board is called that.";
  return count > rows.length ? `The first ${rows.length} of ${number(count)} found: type more to narrow it down.` : `${number(count)} of ${number(total)} found`;
}
