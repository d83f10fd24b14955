// The bar above the panels: whose game it is, how fresh the figures are, sound, and the way to another SDR.

const tag = new URL(import.meta.url).search;
const { ago, h, icon, setText, span } = await import(`./dom.js${tag}`);

export function createHeader({ assets, sound, leave, signOut }) {
  const name = h("h1", { class: "name", dir: "auto" });
  const team = h("p", { class: "team", dir: "auto" });
  const freshness = h("span");
  const status = h("p", { class: "status" }, h("i", { class: "lamp", "aria-hidden": "true" }), freshness);
  // Only a change of state is spoken, not every tick of an age.
  const spoken = h("p", { class: "quiet", role: "status" });

  const allow = h("button", { class: "key allow", type: "button", onclick: () => sound.allow() }, icon(assets, "sound_off"), h("span", {}, "Enable sound"));
  const mute = h("button", { class: "key mute", type: "button", onclick: () => sound.mute(!sound.state.muted) });
  const volume = h("input", {
    class: "volume",
    type: "range",
    min: "0",
    max: "1",
    step: "0.05",
    "aria-label": "Volume",
    oninput: () => sound.setVolume(Number(volume.value)),
  });
  const change = leave ? [h("button", { class: "key change", type: "button", onclick: leave, "aria-label": "Change SDR", title: "Change SDR" }, icon(assets, "swap"))] : [];
  let mayChange = true;
  const out = h("button", { class: "key sign-out", type: "button", hidden: "", onclick: signOut }, icon(assets, "sign_out"));
  const notice = h("p", { class: "notice", hidden: "" });

  const root = h(
    "header",
    { class: "bar" },
    h("div", { class: "identity" }, name, team),
    status,
    h("div", { class: "keys" }, allow, mute, volume, ...change, out),
    spoken,
    notice,
  );

  function showSound() {
    const { running, muted, volume: loudness } = sound.state;
    root.dataset.sound = running ? (muted ? "muted" : "on") : "off";
    mute.replaceChildren(icon(assets, muted ? "sound_off" : "sound_on"));
    mute.setAttribute("aria-label", "Mute sounds");
    mute.setAttribute("aria-pressed", String(muted));
    volume.value = String(loudness);
  }

  function showStatus({ state, age, lastEvent }) {
    root.dataset.state = state;
    const texts = {
      live: lastEvent === undefined ? "Live" : lastEvent === null ? "Live \u00b7 no events yet" : `Live \u00b7 last event ${ago(lastEvent)}`,
      stale: `Database away \u00b7 figures of ${span(age)} ago`,
      cut: `No connection to the HUD \u00b7 figures of ${span(age)} ago`,
      unknown: "Live",
    };
    setText(freshness, texts[state] ?? "Waiting");
    const words = { stale: "The database is away. The last figures stay.", cut: "The connection to the HUD is cut." };
    setText(spoken, words[state] ?? "");
  }

  return {
    root,
    showSound,
    showStatus,
    showName(title, subtitle) {
      setText(name, title);
      name.title = name.textContent;
      setText(team, subtitle);
      team.title = team.textContent;
    },
    // While nobody is shown there is nobody to change: the message has a key to choose.
    showChange(isSomebody) {
      for (const key of change) key.hidden = !mayChange || !isSomebody;
    },
    // Who is signed in. An SDR has one HUD, and nobody else to choose.
    showAccount(account) {
      mayChange = !account || account.may_choose;
      out.hidden = !account;
      const words = account ? `Sign out (${account.name})` : "Sign out";
      if (out.title !== words) {
        out.title = words;
        out.setAttribute("aria-label", words);
      }
    },
    // What everybody who looks must know, such as that this HUD is open; `short`, if any, where there is little room.
    showNotice(words, short) {
      if (notice.title === (words ?? "")) return;
      notice.title = words ?? "";
      notice.replaceChildren(...(short ? [h("span", { class: "whole" }, words), h("span", { class: "short" }, short)] : [words]));
      notice.hidden = !words;
    },
  };
}
