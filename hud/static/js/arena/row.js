// One SDR on a board: place, movement, name and figures. The figure that decides stands out (the board's data-period).

const tag = new URL(import.meta.url).search;
const [{ h, icon, isPlain, plural, setText }, { setEmblem }, { createFigure }, { placeSign, placeWords }] = await Promise.all(
  ["dom", "emblem", "arena/figure", "arena/words"].map((name) => import(`../${name}.js${tag}`)),
);

export const FIGURES = [
  ["meetings", "Meetings", "meetings"],
  ["gold", "Gold", "gold"],
  ["xp", "XP", "XP"],
  ["points", "Points", "points"],
];
export const DECIDES = { today: "gold", week: "points", all_time: "xp" };

// As hud/queries/arena.py selects them.
export function readRow([user, position, movement, order, name, team, tier, meetings, gold, xp, points, tied]) {
  return { user, position, movement, order, name, team, tier, meetings, gold, xp, points, tied };
}

export const userOf = (row) => row[0];

/** Arrow, number, and the same in words: the direction is told by shape, not by colour alone. */
export function createMove(assets) {
  const arrow = h("span", { class: "arrow" });
  const count = h("span", { "aria-hidden": "true" });
  const words = h("span", { class: "quiet" });
  const root = h("span", { class: "move" }, arrow, count, words);
  let drawn = null;
  return {
    root,
    update(movement) {
      if (movement === drawn) return;
      drawn = movement;
      const way = movement > 0 ? "up" : movement < 0 ? "down" : "same";
      root.dataset.way = way;
      arrow.replaceChildren(icon(assets, `place_${way}`));
      setText(count, movement ? Math.abs(movement) : "");
      setText(words, movement ? `${way} ${plural(Math.abs(movement), "place", "places")}` : "no change");
    },
  };
}

/** A link to the SDR's HUD where the reader may follow it, else a name. */
export function createName({ user, hrefOf, open }) {
  const href = hrefOf(user);
  const name = h(href ? "a" : "span", { class: "who-name", dir: "auto", ...(href ? { href } : {}) });
  if (href)
    name.onclick = (click) => {
      if (!isPlain(click)) return;
      click.preventDefault();
      open(user);
    };
  return name;
}

export function createRow(options) {
  const { assets, first, isOwn } = options;
  const item = readRow(first);
  const place = h("span", { class: "place" });
  const spoken = h("span", { class: "quiet" });
  const move = createMove(assets);
  const emblem = h("img", { class: "tier-mark", width: "32", height: "32" });
  const name = createName({ user: item.user, ...options });
  const team = h("span", { class: "who-team", dir: "auto" });
  const you = isOwn(item.user) ? [h("span", { class: "you" }, "You")] : [];
  const figures = {};
  const cells = FIGURES.map(([field, , unit]) => {
    const value = h("span", { "data-field": field });
    figures[field] = createFigure(value);
    return h("div", { role: "cell", class: `figure ${field}` }, value, h("span", { class: "unit" }, ` ${unit}`));
  });
  const element = h(
    "div",
    { role: "row", class: `entry${you.length ? " own" : ""}` },
    h("div", { role: "cell", class: "cell-place" }, h("span", { "aria-hidden": "true" }, place), spoken),
    h("div", { role: "cell", class: "cell-move" }, move.root),
    h("div", { role: "cell", class: "cell-who" }, emblem, h("span", { class: "who-text" }, h("span", { class: "who-line" }, name, ...you), team)),
    ...cells,
  );
  element.dataset.user = item.user;

  return {
    element,
    update(row) {
      const now = readRow(row);
      const before = element.dataset.position;
      if (before && Number(before) > now.position) flash(element);
      element.dataset.position = String(now.position);
      setText(place, placeSign(now));
      place.style.setProperty("--signs", String(place.textContent.length));
      setText(spoken, placeWords(now));
      move.update(now.movement);
      setEmblem(emblem, assets, now.order);
      emblem.alt = now.tier;
      emblem.title = now.tier;
      setText(name, now.name || now.user);
      name.title = name.textContent;
      setText(team, now.team);
      team.title = now.team;
      for (const [field] of FIGURES) figures[field].set(now[field]);
    },
    dispose: () => Object.values(figures).forEach((figure) => figure.dispose()),
  };
}

// Who has just climbed glows for a moment.
function flash(element) {
  delete element.dataset.rose;
  void element.offsetWidth;
  element.dataset.rose = "";
}
