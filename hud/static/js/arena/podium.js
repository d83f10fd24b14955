// The first three of a board, on a podium. With fewer, or while nobody has scored, there is none.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { setEmblem, tierColour }, { createFigure }, { createKeyed }, { createMove, createName, DECIDES, readRow, userOf }, { placeSign, placeWords }] =
  await Promise.all(["dom", "emblem", "arena/figure", "arena/keyed", "arena/row", "arena/words"].map((name) => import(`../${name}.js${tag}`)));

const SCORES = { today: "gold today", week: "points this week", all_time: "XP" };

export function createPodium(options) {
  const { assets, isOwn } = options;
  const root = h("ol", { class: "podium", "aria-label": "The first three" });
  let period = "week";

  function create(first) {
    const { user } = readRow(first);
    const place = h("span", { class: "plinth-place", "aria-hidden": "true" });
    const spoken = h("span", { class: "quiet" });
    const emblem = h("img", { class: "podium-emblem", width: "120", height: "122" });
    const name = createName({ user, ...options });
    const team = h("span", { class: "who-team", dir: "auto" });
    const move = createMove(assets);
    const score = h("span", { class: "podium-value" });
    const figure = createFigure(score);
    const unit = h("span", { class: "podium-unit" });
    const you = isOwn(user) ? [h("span", { class: "you" }, "You")] : [];
    const element = h(
      "li",
      { class: `hero${you.length ? " own" : ""}` },
      h("div", { class: "stand" }, h("span", { class: "glow", "aria-hidden": "true" }), icon(assets, "crown", "crown"), emblem),
      h("div", { class: "plinth" }, spoken, place, h("span", { class: "hero-name" }, name, ...you), team, h("span", { class: "hero-score" }, score, unit), move.root),
    );
    element.dataset.user = user;
    return {
      element,
      update(row) {
        const now = readRow(row);
        element.dataset.position = String(now.position);
        element.style.setProperty("--tier", tierColour(now.order));
        setText(place, placeSign(now));
        setText(spoken, `${placeWords(now)}: `);
        setEmblem(emblem, assets, now.order);
        emblem.alt = now.tier;
        setText(name, now.name || now.user);
        name.title = name.textContent;
        setText(team, now.team);
        team.title = now.team;
        figure.set(now[DECIDES[period]]);
        setText(unit, ` ${SCORES[period]}`);
        move.update(now.movement);
      },
      dispose: figure.dispose,
    };
  }

  const list = createKeyed(root, { keyOf: userOf, create });
  return {
    root,
    update(rows, nowPeriod, options) {
      period = nowPeriod;
      root.hidden = rows.length === 0;
      list.update(rows, options);
      [...root.children].forEach((element, seat) => (element.dataset.seat = String(seat + 1)));
    },
    dispose: list.dispose,
  };
}
