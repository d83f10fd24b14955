// The last question before a rule is saved: it repeats what will happen.

const tag = new URL(import.meta.url).search;
const [{ h, number, setText }, { VALUES, moment }] = await Promise.all([import(`../dom.js${tag}`), import(`./words.js${tag}`)]);

export function createConfirm({ onYes }) {
  const title = h("h2", { id: "rift-confirm" });
  const list = h("dl");
  const range = h("p", { class: "range" });
  const effect = h("p", { class: "effect" });
  const yes = h("button", { class: "key allow", type: "button" }, "Save it");
  const no = h("button", { class: "key", type: "button", onclick: () => root.close() }, "Go back");
  const root = h("dialog", { class: "confirm", "aria-labelledby": "rift-confirm" }, h("div", { class: "panel" }, h("p", { class: "caption" }, "Save this change?"), title, list, range, effect, h("div", { class: "deeds" }, no, yes)));
  yes.onclick = () => {
    const asked = root.asked;
    root.asked = null;
    root.close();
    // Asked and answered once: a second click finds nothing to say yes to.
    if (asked) onYes(asked);
  };
  root.addEventListener("close", () => (root.asked = null));

  return {
    root,
    ask(asked, label, now, when, nextAt) {
      root.asked = asked;
      setText(title, asked.is_new ? `A new type: ${asked.event_type}` : label);
      list.replaceChildren(
        ...VALUES.map(([key, words]) => {
          const after = number(asked[key]);
          const before = now ? number(now[key]) : "nothing";
          return h("div", { class: before === after ? "same" : "other" }, h("dt", {}, words), h("dd", {}, before === after ? `stays ${after}` : `${before} \u2192 ${after}`));
        }),
      );
      const end = asked.effective_to ? `up to ${moment(Date.parse(asked.effective_to) / 1000)} (${asked.effective_to}), then as it was` : nextAt ? `up to ${moment(nextAt)}, where the next version begins` : "without an end";
      setText(range, `It holds ${when}, ${end}.`);
      setText(
        effect,
        asked.mode === "now" || Date.parse(asked.effective_from) > Date.now()
          ? "Nothing that was earned so far changes. Everybody\u2019s next event of this type counts so."
          : "What was earned in that range changes at once, on every page: gold, XP, levels and ranks. Published weeks stay; what moves in them is restated.",
      );
      root.showModal();
      no.focus();
    },
  };
}
