// What every page stands in: the rail of pages, the bar with name, freshness and sound, messages in the page's place
// while there is nothing to show, and celebrations over it. A page hands in its content and is told of each new answer.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { createSound }, { createCelebrations }, { createHeader }, { createRail }] = await Promise.all(
  ["dom", "sound", "celebrate", "header", "rail"].map((name) => import(`./${name}.js${tag}`)),
);

const MESSAGES = {
  unbuilt: ["The warehouse has not been built yet", "Run make up. This page looks again by itself."],
  away: ["The database does not answer", "This page tries again by itself."],
  unknown: ["No such SDR", "Nobody is known by this id. It appears here with its first event."],
};

/**
 * A page's frame.
 *
 * `view` names the page (its style sheet and its data-view), `assets(path)` is the address of a file of hud/static,
 * `trigger(event, value)` tells the server what the reader does, `defaultVolume` (0 to 1) holds until somebody sets another,
 * `content` is the page's region, `onTick(now)` is called each second and at each update with the database's clock (seconds
 * since 1970, or null while nobody knows it), `leave` is what "Change SDR" does (absent: no such key).
 *
 * Returns `root`, `update(data)`, `announce(words)` for screen readers, `sound`, `celebrations` and `dispose`. The data of an
 * update are what hud/components/live.py sends, `title` and `subtitle`; where the page knows them `as_of` and
 * `last_event_at` by the database's clock (null: no event yet); and `unknown`, a [headline, advice] in place of "No such SDR".
 */
export function createShell({ view, assets, trigger, defaultVolume, content, onTick, leave }) {
  const sound = createSound({ assets, defaultVolume, onChange: () => showSound() });
  const header = createHeader({ assets, sound, leave, signOut: () => trigger("sign_out", true) });
  const rail = createRail({ assets, go: (slug) => trigger("go", slug) });
  const celebrations = createCelebrations();

  const title = h("h2");
  const advice = h("p");
  const choice = h("span");
  const other = leave ? [h("button", { class: "key", type: "button", onclick: leave }, icon(assets, "swap"), choice)] : [];
  const message = h("section", { class: "panel message" }, icon(assets, "mark", "mark"), title, advice, ...other);
  const news = h("p", { class: "quiet", role: "status" });
  // The first stop of the keyboard. An anchor's #id does not reach into a shadow root, so a script moves the focus.
  const skip = h("button", { class: "key skip", type: "button", onclick: () => [content, message].find((part) => part.offsetParent)?.focus() }, "Skip to content");
  // Streamlit's own element is the page's main landmark; it is no stop of the keyboard.
  document.querySelector('[data-testid="stMain"]')?.setAttribute("tabindex", "-1");
  for (const part of [content, message]) {
    part.setAttribute("role", "region");
    part.setAttribute("tabindex", "-1");
  }
  const root = h(
    "div",
    { class: `rift shell ${view}`, "data-view": view },
    skip,
    rail.root,
    header.root,
    content,
    message,
    news,
    celebrations.root,
  );

  let latest = null;
  let heardAt = 0;
  const clock = setInterval(tick, 1000);

  function update(data) {
    latest = data;
    heardAt = performance.now();
    root.dataset.beat = data.beat;
    root.style.setProperty("--panel-opacity", data.opacity);
    rail.update(data.pages, data.page);
    header.showName(data.title, data.subtitle);
    header.showNotice(data.notice, data.notice_short);
    header.showAccount(data.account);
    header.showChange(data.state !== "unknown");
    setText(choice, data.state === "unknown" ? "Choose an SDR" : "Change SDR");
    const own = data.state === "unknown" ? data.unknown : null;
    const [headline, words] = own ?? MESSAGES[data.state] ?? MESSAGES.away;
    content.setAttribute("aria-label", data.pages?.find((page) => page.slug === data.page)?.title ?? data.title);
    message.setAttribute("aria-label", headline);
    setText(title, headline);
    setText(advice, words);
    tick();
  }

  function tick() {
    if (!latest) return;
    const silence = (performance.now() - heardAt) / 1000;
    const isCut = silence > Math.max(5, 4 * latest.interval_seconds) && !document.hidden;
    const age = (latest.age_seconds ?? 0) + silence;
    const state = isCut ? "cut" : latest.state;
    root.dataset.state = state;
    // The database's clock decides how long ago things were: a screen's own clock may be wrong.
    const now = typeof latest.as_of === "number" ? latest.as_of + age : null;
    const lastEvent = now !== null && typeof latest.last_event_at === "number" ? now - latest.last_event_at : latest.last_event_at;
    header.showStatus({ state, age, lastEvent });
    onTick?.(now);
  }

  function showSound() {
    header.showSound();
    root.dataset.audio = sound.state.running ? "running" : "off";
  }
  showSound();

  return {
    root,
    sound,
    celebrations,
    update,
    announce: (words) => setText(news, words),
    dispose() {
      clearInterval(clock);
      celebrations.dispose();
      sound.dispose();
    },
  };
}
