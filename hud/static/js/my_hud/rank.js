// The rank of this week: emblem, name, what the next tier takes, and the whole ladder.

const tag = new URL(import.meta.url).search;
const [{ h, plural, setText }, { emblemUrl, setEmblem, tierColour }] = await Promise.all([import(`../dom.js${tag}`), import(`../emblem.js${tag}`)]);

export function createRank({ assets }) {
  const emblem = h("img", { class: "emblem", width: "248", height: "252" });
  const tier = h("h2", { class: "tier", id: "rift-rank" });
  const points = h("p", { class: "points" });
  const next = h("p", { class: "next" });
  const ladder = h("ol", { class: "ladder", "aria-label": "Ladder of ranks" });
  const root = h(
    "section",
    { class: "panel rank", "aria-labelledby": "rift-rank" },
    h("h2", { class: "caption" }, "Rank of this week"),
    h("div", { class: "stage" }, h("img", { class: "rings", src: assets("rings.svg"), alt: "" }), emblem),
    tier,
    points,
    next,
    ladder,
  );
  let drawn = "";

  function drawLadder(tiers, order) {
    const wanted = JSON.stringify([tiers, order]);
    if (wanted === drawn) return;
    drawn = wanted;
    ladder.replaceChildren(
      ...tiers.map((step) => {
        const place = step.rank_order < order ? "passed" : step.rank_order === order ? "here" : "ahead";
        const takes = plural(step.minimum_rank_points, "point", "points");
        return h(
          "li",
          { class: place, title: `${step.rank_tier}: ${takes}`, ...(place === "here" ? { "aria-current": "step" } : {}) },
          h("img", { src: emblemUrl(assets, step.rank_order), alt: `${step.rank_tier}, from ${takes}`, width: "24", height: "24" }),
        );
      }),
    );
  }

  function update(sdr, tiers) {
    const order = sdr.current_rank_order;
    setEmblem(emblem, assets, order);
    emblem.alt = `Emblem of ${sdr.current_rank}, tier ${order + 1} of ${Math.max(10, tiers.length)}`;
    root.dataset.rank = sdr.current_rank;
    root.style.setProperty("--tier", tierColour(order));
    setText(tier, sdr.current_rank);
    tier.style.setProperty("--letters", String(sdr.current_rank.length));
    setText(points, `${plural(sdr.weekly_rank_points, "point", "points")} this week`);
    setText(
      next,
      sdr.next_rank === null
        ? "The highest rank there is"
        : `${plural(sdr.points_to_next_rank, "more point", "more points")} to ${sdr.next_rank}`,
    );
    drawLadder(tiers, order);
  }

  return { root, update };
}
