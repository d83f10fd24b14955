// The moment of whoever has just booked a meeting: name, team and emblem over the whole screen, with the sound. Several
// follow each other, each with the name of its own.

const tag = new URL(import.meta.url).search;
const [{ h, icon, plural }, { emblemUrl, tierColour }, { claim }, { rankKey }] = await Promise.all(
  ["dom", "emblem", "once", "cues"].map((name) => import(`../${name}.js${tag}`)),
);

const ALONE_MS = 7000;
// While others wait; four words and a name are read in less.
const IN_TURN_MS = 4000;
const SHARDS = 26;
const OPENING = 2;

export function createMoments({ assets, sound, announce, onShow }) {
  const root = h("div", { class: "moments" });
  let queue = [];
  let timer = 0;
  let shownAt = 0;
  // What has been seen in an answer is never news again, be it shown or not.
  let known = null;

  // What was there before is not celebrated. The first answer may be older than this page, so the next one tells it too.
  let answers = 0;
  let asked = null;

  function update({ meetings = [], taken_back: takenBack = [], as_of: asOf }) {
    if (asOf !== asked) answers += 1;
    asked = asOf;
    const fresh = answers <= OPENING ? [] : meetings.filter((meeting) => !known.has(meeting.event_id));
    known = new Set([...(known ?? []), ...meetings.map((meeting) => meeting.event_id)].slice(-500));
    // A moment waits longer than its meeting is in the answer: only what is said to be taken back is dropped.
    queue = queue.filter((meeting) => !takenBack.includes(meeting.event_id));
    // A tab that nobody sees leaves the moment to one that somebody does.
    if (fresh.length === 0 || document.hidden) return;
    claim(fresh.map((meeting) => `see:tv:${meeting.event_id}`)).then((mine) => {
      queue.push(...fresh.filter((meeting) => mine.has(`see:tv:${meeting.event_id}`)));
      if (queue.length === 0) return;
      // Somebody waits now: the moment on the screen has had its turn, or has the rest of it.
      clearTimeout(timer);
      if (!timer) next();
      else timer = setTimeout(next, Math.max(0, IN_TURN_MS - (performance.now() - shownAt)));
    });
  }

  async function next() {
    timer = 0;
    root.replaceChildren();
    const meeting = queue.shift();
    if (!meeting) return;
    shownAt = performance.now();
    timer = setTimeout(next, queue.length > 0 ? IN_TURN_MS : ALONE_MS);
    root.append(card(meeting));
    announce(`${meeting.name} booked a meeting`);
    onShow(meeting);
    const rank = rankKey(meeting.user_id, meeting.week, meeting.rank_order);
    const cues = { [meeting.event_id]: "meeting", ...(meeting.is_new_rank ? { [rank]: "rank" } : {}) };
    const audible = Object.keys(cues).filter((key) => sound.canPlay(cues[key]));
    for (const key of await claim(audible)) sound.play(cues[key]);
    onShow(meeting);
  }

  function card(meeting) {
    const shards = Array.from({ length: SHARDS }, (_, place) =>
      h("i", { class: "shard", style: `--turn:${(360 / SHARDS) * place}deg;--far:${26 + ((place * 7) % 16)}rem` }),
    );
    const name = h("strong", { class: "moment-name", dir: "auto" }, meeting.name);
    name.style.setProperty("--letters", String([...meeting.name].length));
    const rank = meeting.is_new_rank ? `New rank: ${meeting.rank}` : `${meeting.rank} \u00b7 ${plural(meeting.points, "point", "points")} this week`;
    const node = h(
      "div",
      { class: `moment ${meeting.is_new_rank ? "new-rank" : ""}`, "data-event": meeting.event_id, "aria-hidden": "true" },
      h("div", { class: "rays" }),
      ...shards,
      h("p", { class: "moment-what" }, icon(assets, "meeting_booked"), "Meeting booked"),
      h("img", { class: "moment-emblem", src: emblemUrl(assets, meeting.rank_order), alt: "" }),
      name,
      h("p", { class: "moment-team", dir: "auto" }, meeting.team),
      h("p", { class: "moment-rank" }, rank),
    );
    node.style.setProperty("--tier", tierColour(meeting.rank_order));
    return node;
  }

  return { root, update, dispose: () => clearTimeout(timer) };
}
