// What a new look at the SDR brings: a line for each event, a quiet one for what was taken back and why, and sounds and
// celebrations, each once in this browser however many tabs look on.

const tag = new URL(import.meta.url).search;
const [{ h, plural, signed }, { emblemUrl }, { createLedger, cuesOf }, { claim }] = await Promise.all(
  ["dom", "emblem", "cues", "once"].map((name) => import(`../${name}.js${tag}`)),
);

// What a tab in the background has not shown until then is not worth showing.
const WAITING_MS = 90_000;
const SPOKEN_MS = 6_000;
// First the counters run and the coins are heard, then comes the feast.
const FEAST_AFTER_MS = 850;

export function createNews({ assets, shell, line }) {
  const { root, sound, celebrations, announce } = shell;
  const ledger = createLedger();
  let waiting = [];
  let silence = 0;
  const feasts = new Set();
  root.dataset.cueCount = "0";
  root.dataset.lastCue = "";
  root.dataset.soundsPlayed = "0";

  function look({ state, sdr, news_seconds: newsSeconds }) {
    if (state !== "live") return;
    const news = ledger.look(sdr, newsSeconds);
    if (!news) return;
    for (const event of news.gains) if (event.gold_value) line("gain", `${signed(event.gold_value)} ${event.event_label}`);
    if (news.rest) line("gain", `${moved(news.rest)} of more events`);
    for (const loss of news.losses) {
      const words = reason(loss);
      line("loss", words);
      speak([loss.rank ? `${words}, back to ${loss.rank}` : words]);
    }
    const cues = cuesOf(news, sdr);
    if (cues.length === 0) return;
    hear(cues);
    see({ cues, sdr, at: performance.now() });
  }

  // Only who can be heard claims a sound: a silent tab takes it from nobody.
  async function hear(cues) {
    const audible = cues.filter((cue) => sound.canPlay(cue.kind));
    const mine = await claim(audible.map((cue) => cue.key));
    for (const cue of audible) if (mine.has(cue.key)) sound.play(cue.kind);
    root.dataset.soundsPlayed = String(sound.state.played);
  }

  async function see(shown) {
    if (document.hidden) {
      waiting.push(shown);
      return;
    }
    const { cues, sdr } = shown;
    const mine = await claim(cues.map((cue) => `see:${cue.key}`));
    const fired = cues.filter((cue) => mine.has(`see:${cue.key}`));
    speak(fired.map((cue) => fire(cue, sdr)));
  }

  const wake = () => {
    if (document.hidden) return;
    const recent = waiting.filter((shown) => performance.now() - shown.at < WAITING_MS);
    waiting = [];
    recent.forEach(see);
  };
  document.addEventListener("visibilitychange", wake);

  function fire({ kind }, sdr) {
    root.dataset.cueCount = String(Number(root.dataset.cueCount) + 1);
    root.dataset.lastCue = kind;
    root.dispatchEvent(new CustomEvent("rift:cue", { detail: { cue: kind }, bubbles: true, composed: true }));
    if (kind === "level") {
      const hex = h("div", { class: "level" }, h("span", { class: "hex" }, h("span", { class: "level-number" }, String(sdr.current_level))));
      hex.style.setProperty("--signs", String(sdr.current_level).length);
      feast({ kind: "level-up", prize: hex, title: "Level up", text: `Level ${sdr.current_level}` });
      return `Level ${sdr.current_level} reached`;
    }
    if (kind === "rank") {
      const emblem = h("img", { src: emblemUrl(assets, sdr.current_rank_order), alt: "" });
      const text = `${plural(sdr.weekly_rank_points, "point", "points")} this week`;
      feast({ kind: "rank-up", prize: emblem, title: sdr.current_rank, text });
      return `New rank: ${sdr.current_rank}`;
    }
    return kind === "meeting" ? "Meeting booked" : "";
  }

  function feast(celebration) {
    const timer = setTimeout(() => {
      feasts.delete(timer);
      celebrations.add(celebration);
    }, FEAST_AFTER_MS);
    feasts.add(timer);
  }

  // Said politely, all of one look together, and then gone: the same words are news again the next time.
  function speak(sentences) {
    const words = sentences.filter(Boolean).join(". ");
    if (!words) return;
    clearTimeout(silence);
    announce(words);
    silence = setTimeout(() => announce(""), SPOKEN_MS);
  }

  return {
    look,
    dispose() {
      clearTimeout(silence);
      feasts.forEach(clearTimeout);
      document.removeEventListener("visibilitychange", wake);
    },
  };
}

// "2 x Meeting cancelled -200 gold, -400 XP"
function reason(loss) {
  const counts = new Map();
  for (const label of loss.reasons) counts.set(label, (counts.get(label) ?? 0) + 1);
  const why = [...counts].map(([label, count]) => (count > 1 ? `${count} \u00d7 ${label}` : label)).join(", ") || "Figures corrected";
  return [why, moved(loss)].filter(Boolean).join(" ");
}

const moved = ({ gold, xp }) => [gold ? `${signed(gold)} gold` : "", xp ? `${signed(xp)} XP` : ""].filter(Boolean).join(", ");
