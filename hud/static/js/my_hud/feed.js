// The newest events of this SDR. What was taken back stays in the list and says so quietly.

const tag = new URL(import.meta.url).search;
const [{ ago, h, icon, setText, signed }, { signOf }] = await Promise.all([import(`../dom.js${tag}`), import(`../signs.js${tag}`)]);

export function createFeed({ assets }) {
  const list = h("ol", { class: "events" });
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Activity, newest first" }, list);
  const empty = h("p", { class: "empty" }, "No events yet. The first call opens the game.");
  const root = h("section", { class: "panel feed", "aria-label": "Activity" }, h("h2", { class: "caption" }, "Activity"), empty, scroll);
  const rows = new Map();

  function row(event) {
    const time = h("time", { datetime: new Date(event.occurred_at * 1000).toISOString() });
    time.title = new Date(event.occurred_at * 1000).toLocaleString();
    const label = h("span", { class: "label", dir: "auto" });
    const note = h("span", { class: "note" });
    const gold = h("span", { class: "gain-gold" });
    const xp = h("span", { class: "gain-xp" });
    const sign = event.is_reversal ? "taken_back" : signOf(event.event_type);
    const element = h(
      "li",
      {},
      h("span", { class: "sign" }, icon(assets, sign)),
      h("span", { class: "what" }, label, h("span", { class: "when" }, time, note)),
      h("span", { class: "gain" }, gold, xp),
    );
    return { element, time, label, note, gold, xp, occurred: event.occurred_at };
  }

  function write(parts, event) {
    parts.element.className = event.is_reversal ? "reversal" : event.is_reversed ? "reversed" : `event ${event.event_type === "meeting_booked" ? "big" : ""}`;
    setText(parts.label, event.event_label || event.event_type);
    setText(parts.note, event.is_reversed ? "taken back" : event.is_reversal ? "takes an event back" : "");
    setText(parts.gold, event.gold_value ? `${signed(event.gold_value)} gold` : "");
    setText(parts.xp, event.xp_value ? `${signed(event.xp_value)} XP` : "");
  }

  function update(events) {
    const first = rows.size === 0;
    const wanted = new Set(events.map((event) => event.event_id));
    for (const [id, parts] of rows) {
      if (wanted.has(id)) continue;
      parts.element.remove();
      rows.delete(id);
    }
    events.forEach((event, place) => {
      let parts = rows.get(event.event_id);
      if (!parts) {
        parts = row(event);
        rows.set(event.event_id, parts);
        if (!first) parts.element.dataset.fresh = "";
      }
      write(parts, event);
      if (list.children[place] !== parts.element) list.insertBefore(parts.element, list.children[place] ?? null);
    });
    root.dataset.count = String(events.length);
  }

  return {
    root,
    update,
    tick(now) {
      for (const parts of rows.values()) setText(parts.time, ago(now - parts.occurred));
    },
  };
}
