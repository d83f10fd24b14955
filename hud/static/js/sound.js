// Sounds: allowed by one click (browsers demand it), then remembered, with mute and volume, for this browser.

const KEY = "rift.sound";
const NAMES = ["gold", "meeting", "level", "rank"];
// Several cues of one moment follow each other instead of piling up: seconds from each to the next.
const LENGTH = { gold: 0.11, meeting: 0.75, level: 0.8, rank: 2 };
// So many coins are heard of a heap; the rest of it is seen.
const LONGEST_WAIT_OF_GOLD = 0.9;

export function createSound({ assets, defaultVolume, onChange }) {
  const kept = remembered();
  const state = {
    allowed: kept.allowed === true,
    muted: kept.muted === true,
    volume: Number.isFinite(kept.volume) ? Math.min(1, Math.max(0, kept.volume)) : (defaultVolume ?? 0.6),
    running: false,
    played: 0,
  };
  let context = null;
  let loudness = null;
  let freeAt = 0;
  const buffers = {};

  async function allow() {
    state.allowed = true;
    if (!context) {
      context = new AudioContext();
      loudness = context.createGain();
      loudness.connect(context.destination);
      // The state is what the browser grants, not what was asked for.
      context.addEventListener("statechange", () => tell());
    }
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 1500))]);
    await Promise.all(NAMES.filter((name) => !buffers[name]).map(load));
    tell();
  }

  async function load(name) {
    try {
      const answer = await fetch(assets(`sounds/${name}.wav`));
      if (answer.ok) buffers[name] = await context.decodeAudioData(await answer.arrayBuffer());
    } catch {
      // Without its file the HUD is silent there and otherwise whole.
    }
  }

  // Whether this page would be heard: who would not claims no sound.
  const canPlay = (name) => context?.state === "running" && !state.muted && state.volume > 0 && Boolean(buffers[name]);

  function play(name) {
    if (!canPlay(name)) return;
    const start = Math.max(context.currentTime, freeAt);
    if (name === "gold" && start - context.currentTime > LONGEST_WAIT_OF_GOLD) return;
    const source = context.createBufferSource();
    source.buffer = buffers[name];
    source.connect(loudness);
    source.start(start);
    freeAt = start + LENGTH[name];
    state.played += 1;
  }

  function tell() {
    state.running = context?.state === "running";
    if (loudness) loudness.gain.value = state.muted ? 0 : state.volume;
    try {
      localStorage.setItem(KEY, JSON.stringify({ allowed: state.allowed, muted: state.muted, volume: state.volume }));
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the page.
    }
    onChange(state);
  }

  // Muted in one tab is muted in all.
  const follow = (change) => {
    if (change.key !== KEY) return;
    const { muted, volume } = remembered();
    state.muted = muted === true;
    if (Number.isFinite(volume)) state.volume = Math.min(1, Math.max(0, volume));
    if (loudness) loudness.gain.value = state.muted ? 0 : state.volume;
    onChange(state);
  };
  addEventListener("storage", follow);

  // Whoever allowed sound before need not find the button again: the first touch of the page is enough.
  const firstTouch = () => {
    if (state.allowed && !state.running) allow();
  };
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, firstTouch);

  // A page that was touched already (another SDR was chosen) needs no second touch.
  if (state.allowed && navigator.userActivation?.hasBeenActive) allow();

  return {
    state,
    allow,
    canPlay,
    play,
    mute(muted) {
      state.muted = muted;
      tell();
    },
    setVolume(volume) {
      state.volume = volume;
      state.muted = false;
      tell();
    },
    dispose() {
      removeEventListener("storage", follow);
      for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, firstTouch);
      context?.close();
    },
  };
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
