// Health: one verdict, and the cards that it is made of.

const tag = new URL(import.meta.url).search;
const [{ h, setText }, { createShell }, { cards: told }, { createCards }] = await Promise.all(
  ["dom", "shell", "health/sentences", "health/cards"].map((name) => import(`../${name}.js${tag}`)),
);

const VERDICTS = {
  well: ["All is well", "Figures are live, and nothing waits for anybody."],
  rest: ["Waiting for the first event", "Figures begin with it. Nothing is wrong."],
  look: ["Look at this", ""],
  wrong: ["Something is wrong", ""],
};
// Dagster listens on its own machine only: elsewhere a link would lead to the reader's own computer.
const HOME = new Set(["127.0.0.1", "localhost", "[::1]"]);

export function create({ assets, trigger, defaultVolume }) {
  const emblem = h("img", { class: "emblem", alt: "", width: "220", height: "220" });
  const verdict = h("h2", { class: "verdict" });
  const words = h("p", { class: "points" });
  const list = h("ul", { class: "causes" });
  const cards = createCards({ assets });
  const summary = h(
    "section",
    { class: "panel summary", "aria-label": "Verdict" },
    h("p", { class: "caption" }, "State of the rift"),
    h("div", { class: "stage" }, h("img", { class: "rings", src: assets("rings.svg"), alt: "" }), emblem),
    verdict,
    words,
    list,
  );
  const shell = createShell({ view: "health", assets, trigger, defaultVolume, content: h("section", { class: "content watch" }, summary, cards.root), onTick: tick });
  const { root, announce } = shell;
  let latest = null;
  let drawn = "";

  function tick(now) {
    if (!latest || now === null) return;
    const found = told({ ...latest, state: root.dataset.state }, now);
    cards.update(found, HOME.has(location.hostname) ? `${location.protocol}//${location.hostname}:${latest.dagster_port}/` : null);
    const level = ["wrong", "look"].find((one) => found.some((card) => card.level === one)) ?? found.find((card) => card.key === "fresh").level;
    const causes = ["wrong", "look"].flatMap((one) => found.filter((card) => card.level === one));
    const wanted = JSON.stringify([level, causes.map((card) => card.key)]);
    if (wanted === drawn) return;
    const [headline, sentence] = VERDICTS[level];
    if (drawn) announce(headline);
    drawn = wanted;
    summary.dataset.level = level;
    emblem.src = assets(`signs/${level}.svg`);
    setText(verdict, headline);
    setText(words, sentence || (causes.length === 1 ? "One thing wants somebody:" : `${causes.length} things want somebody:`));
    list.replaceChildren(...causes.map((card) => h("li", {}, h("button", { class: "key", type: "button", onclick: () => cards.focus(card.key) }, card.title))));
  }

  return {
    root,
    update(data) {
      latest = data.as_of === undefined ? null : data;
      shell.update({ ...data, title: "Health", subtitle: "How fresh and how complete the figures are" });
    },
    dispose: shell.dispose,
  };
}
