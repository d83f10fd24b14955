// The choice of an SDR: a search that the database answers, and links that keep the choice in the URL.

const tag = new URL(import.meta.url).search;
const [{ h, icon, isPlain, number, plural, setText }, { createShell }] = await Promise.all([import(`../dom.js${tag}`), import(`../shell.js${tag}`)]);

const TYPING_PAUSE = 180;

export function create({ assets, trigger, defaultVolume }) {
  let timer = 0;
  let drawn = "";
  const field = h("input", {
    type: "search",
    id: "rift-search",
    placeholder: "Name, team or id",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => trigger("search", field.value), TYPING_PAUSE);
    },
  });
  const found = h("p", { class: "found", role: "status" });
  const list = h("ul", { class: "people" });
  const content = h(
    "section",
    { class: "content panel choose" },
    icon(assets, "mark", "mark"),
    h("h2", {}, "Choose your SDR"),
    h("label", { class: "search", for: "rift-search" }, icon(assets, "search"), h("span", { class: "quiet" }, "Search SDRs"), field),
    found,
    list,
  );
  const shell = createShell({ view: "picker", assets, trigger, defaultVolume, content });
  const { root } = shell;

  function card(person) {
    const href = `?user=${encodeURIComponent(person.user_id)}`;
    const initial = [...person.display_name.trim()][0] ?? "";
    const sign = /\p{L}/u.test(initial) ? initial.toUpperCase() : icon(assets, "mark");
    const link = h(
      "a",
      { href },
      h("span", { class: "initial", "aria-hidden": "true" }, h("b", {}, sign)),
      h(
        "span",
        { class: "who" },
        h("strong", { dir: "auto" }, person.display_name),
        person.is_known ? h("small", { dir: "auto" }, person.team_name) : h("small", { class: "stranger" }, "Not on the roster"),
      ),
    );
    link.onclick = (click) => {
      if (!isPlain(click)) return;
      click.preventDefault();
      trigger("pick", person.user_id);
    };
    return h("li", {}, link);
  }

  function update(data) {
    shell.update({ ...data, title: "Project Rift", subtitle: "" });
    if (field.value === "" && data.words !== "" && root.getRootNode().activeElement !== field) field.value = data.words;
    setText(found, sentence(data));
    const wanted = JSON.stringify(data.people);
    if (wanted === drawn) return;
    drawn = wanted;
    const focused = root.getRootNode().activeElement?.getAttribute?.("href");
    list.replaceChildren(...data.people.map(card));
    if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  function dispose() {
    clearTimeout(timer);
    shell.dispose();
  }

  return { root, update, dispose };
}

function sentence({ state, people, words }) {
  if (state === "unbuilt") return "The warehouse has not been built yet: run make up. This page looks again by itself.";
  if (state === "away") return "The database does not answer. This page tries again by itself.";
  if (people.length === 0) return words ? "Nobody is called that." : "Nobody is on the roster yet. For whoever runs Rift: load it with rift roster load.";
  const count = Number(people[0].match_count);
  const stale = state === "stale" ? " The database is away: this is the list as last seen." : "";
  if (count > people.length) return `The first ${people.length} of ${number(count)}: type to narrow it down.${stale}`;
  return plural(count, "SDR", "SDRs") + stale;
}
