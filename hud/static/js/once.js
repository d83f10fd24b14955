// Which cues this browser has handled already: in another tab, in another panel of this page, before a reload or before
// the connection was lost.
//
// A cue's key is the event_id, `level:<user>:<level>` or `rank:<user>:<week>:<order>`. Who plays a sound claims the key as
// it is, and only when it can be heard; who shows something claims `see:<key>`, on the TV board `see:tv:<event_id>`, and
// only where it can be seen: so a tab in the background takes nothing away from the one in front.

const STORE = "rift.once";
const KEPT = 500;
// Longer than two tabs need to see each other's writes.
const SETTLED_MS = 60;

// What this page knows, even where nothing may be stored.
let remembered = [];
let turn = Promise.resolve();

/** Of these cue keys, the Set of those that nobody in this browser has claimed before. */
export function claim(keys) {
  const wanted = [...new Set(keys)];
  if (wanted.length === 0) return Promise.resolve(new Set());
  const claimed = turn.then(() => (navigator.locks ? navigator.locks.request(STORE, () => take(wanted)) : takeUnlocked(wanted)));
  turn = claimed.catch(() => {});
  return claimed;
}

function take(keys, owner = "") {
  const known = merged();
  const taken = new Set(known.map(([key]) => key));
  const fresh = keys.filter((key) => !taken.has(key));
  if (fresh.length > 0) keep([...known, ...fresh.map((key) => [key, owner])]);
  return new Set(fresh);
}

// Browsers lend locks to https and localhost only. Elsewhere each tab writes its name, and the name that stays has it.
async function takeUnlocked(keys) {
  const owner = Math.random().toString(36).slice(2);
  const fresh = take(keys, owner);
  if (fresh.size === 0) return fresh;
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const owners = new Map(stored());
  return new Set([...fresh].filter((key) => (owners.get(key) ?? owner) === owner));
}

function merged() {
  const kept = stored();
  const keys = new Set(kept.map(([key]) => key));
  return [...remembered.filter(([key]) => !keys.has(key)), ...kept];
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE));
    return Array.isArray(kept) ? kept.filter((entry) => Array.isArray(entry) && typeof entry[0] === "string") : [];
  } catch {
    return [];
  }
}

function keep(entries) {
  remembered = entries.slice(-KEPT);
  try {
    localStorage.setItem(STORE, JSON.stringify(remembered));
  } catch {
    // A private window may refuse storage: the page's own memory must do.
  }
}
