// Sounds: allowed by one click (browsers demand it), then remembered, with mute and volume, for this browser.

const KEY = "rift.sound";
const NAMES = ["gold", "meeting", "level", "rank"];
// Several cues of one moment follow each other instead of piling up.
const DELAY = { gold: 0, meeting: 0.12, level: 0.85, rank: 1.5 };

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

  function play(name) {
    if (!context || context.state !== "running" || state.muted || state.volume === 0 || !buffers[name]) return;
    const source = context.createBufferSource();
    source.buffer = buffers[name];
    source.connect(loudness);
    source.start(context.currentTime + DELAY[name]);
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
