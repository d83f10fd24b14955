// The contents of the rule book: a leaf for each type of event with what it is worth, and what comes later; and, at its
// side, the chronicle of the chosen type.

const tag = new URL(import.meta.url).search;
const [{ ago, h, icon, number, plural, setText }, { signOf }, { VALUES, began, ended, moment, worth }] = await Promise.all(
  ["dom", "signs", "rules/words"].map((name) => import(`../${name}.js${tag}`)),
);

export function createBook({ assets, choose }) {
  const list = h("ul", { class: "leaves" });
  const fresh = h("button", { class: "key new", type: "button", onclick: () => choose(null) }, "A new type\u2026");
  const root = h("section", { class: "panel book", "aria-labelledby": "rift-book" }, h("h2", { class: "caption", id: "rift-book" }, "Book of rules"), list, fresh);
  let drawn = "";

  function leaf(rule, chosen) {
    const now = rule.versions.find((version) => version.is_current);
    const later = rule.versions.filter((version) => !version.is_current);
    const values = now
      ? VALUES.map(([field, words, sign]) => h("span", { class: `worth ${field}` }, icon(assets, sign), h("b", {}, number(now[field])), h("span", { class: "quiet" }, field === "rank_points" && Number(now[field]) === 1 ? "Rank point" : words)))
      : [h("span", { class: "later" }, "No rule in force")];
    const button = h(
      "button",
      { type: "button", "aria-pressed": String(rule.event_type === chosen), "data-type": rule.event_type, onclick: () => choose(rule.event_type) },
      h("span", { class: "sign" }, icon(assets, signOf(rule.event_type, rule.event_type.startsWith("meeting_") ? "taken_back" : "event"))),
      h("span", { class: "what" }, h("strong", { dir: "auto" }, rule.event_label), h("span", { class: "worths" }, ...values)),
      ...(later.length ? [h("span", { class: "later" }, `${began(later[0])}: ${worth(later[0])}`)] : []),
    );
    return h("li", {}, button);
  }

  return {
    root,
    update(rules, chosen) {
      const wanted = JSON.stringify([rules, chosen]);
      if (wanted === drawn) return;
      drawn = wanted;
      const focused = root.getRootNode().activeElement?.dataset?.type;
      list.replaceChildren(...rules.map((rule) => leaf(rule, chosen)));
      fresh.setAttribute("aria-pressed", String(chosen === null));
      if (focused) list.querySelector(`[data-type="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

export function createChronicle() {
  const list = h("ol", { class: "versions" });
  const more = h("p", { class: "more" });
  const root = h("section", { class: "panel chronicle", "aria-labelledby": "rift-chronicle" }, h("h2", { class: "caption", id: "rift-chronicle" }, "Chronicle"), list, more);
  let drawn = "";

  function row(version, now) {
    const state = version.is_superseded ? "superseded" : version.is_current ? "current" : version.effective_from !== null && version.effective_from > now ? "coming" : "past";
    const said = { superseded: "Superseded", current: "In force", coming: "To come", past: "Over" }[state];
    const range = version.is_superseded ? `${began(version)}: a later version took its whole range` : `${began(version)}${ended(version)}`;
    const by = h("span", { class: "by" }, `${moment(version.landed_at)}, ${ago(now - version.landed_at)}, by `, h("bdi", {}, version.changed_by));
    return h("li", { class: state }, h("b", { class: "state" }, said), h("strong", {}, worth(version)), h("span", {}, range), by);
  }

  return {
    root,
    update(versions, now) {
      const wanted = JSON.stringify([versions, Math.floor(now / 60)]);
      if (wanted === drawn) return;
      drawn = wanted;
      list.replaceChildren(...versions.map((version) => row(version, now)));
      const beyond = versions.length ? versions[0].version_count - versions.length : 0;
      setText(more, versions.length === 0 ? "Nothing is written of it yet." : beyond > 0 ? `And ${plural(beyond, "older version", "older versions")}.` : "");
    },
  };
}
