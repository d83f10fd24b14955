// The cards of the Health page: a sign told apart by its shape, one sentence, what to do, and behind it the
// numbers and the command for whoever runs Rift.

const tag = new URL(import.meta.url).search;
const { h, icon, setText } = await import(`../dom.js${tag}`);

const SAID = { well: "Well", rest: "Nothing to say yet", look: "Look at this", wrong: "Wrong" };

export function createCards({ assets }) {
  const root = h("div", { class: "cards" });
  const known = new Map();

  function make(card) {
    const sign = h("span", { class: "sign" });
    const said = h("span", { class: "quiet" });
    const title = h("h2", { class: "caption", id: `rift-${card.key}`, tabindex: "-1" }, h("span", {}, card.title));
    const text = h("p", { class: "sentence" });
    const next = h("p", { class: "next" });
    const facts = h("dl");
    const more = h("details", {}, h("summary", {}, "Details", h("span", { class: "quiet" }, ` of ${card.title}`)), facts);
    const element = h("section", { class: "panel card", "aria-labelledby": `rift-${card.key}`, "data-card": card.key }, sign, h("div", { class: "told" }, title, said, text, next, more));
    root.append(element);
    return { element, sign, said, title, text, next, facts, more, level: "", advised: "", listed: "" };
  }

  function write(parts, card, links) {
    setText(parts.text, card.text);
    if (parts.level !== card.level) {
      parts.level = card.level;
      parts.element.dataset.level = card.level;
      parts.sign.replaceChildren(icon(assets, `sign_${card.level}`));
      setText(parts.said, `${SAID[card.level]}: `);
    }
    const advised = card.next ?? "";
    if (advised !== parts.advised) {
      parts.advised = advised;
      parts.next.hidden = !card.next;
      setText(parts.next, advised);
    }
    const listed = JSON.stringify([card.facts, card.command, links]);
    if (listed !== parts.listed) {
      parts.listed = listed;
      parts.more.hidden = card.facts.length === 0 && links.length === 0 && !card.command;
      parts.facts.replaceChildren(
        ...(card.command ? [h("div", { class: "run" }, h("dt", {}, "For whoever runs Rift:"), h("dd", {}, `${card.how} `, h("code", {}, card.command)))] : []),
        ...card.facts.map(([term, value]) => h("div", {}, h("dt", { dir: "auto" }, term), h("dd", { dir: "auto" }, String(value)))),
        ...links.map((href) => h("div", {}, h("dt", {}, "Runs and logs"), h("dd", {}, h("a", { href, target: "_blank", rel: "noreferrer" }, "Dagster")))),
      );
    }
  }

  return {
    root,
    update(cards, dagster) {
      for (const card of cards) {
        if (!known.has(card.key)) known.set(card.key, make(card));
        write(known.get(card.key), card, card.operators && dagster ? [dagster] : []);
      }
    },
    focus: (key) => known.get(key)?.title.focus(),
  };
}
