// The TV board: nothing to touch. Boards take turns, a line below shows how long each stays, and who books a meeting has
// a moment over all of it.

const tag = new URL(import.meta.url).search;
const [{ h, icon, setText }, { createShell }, { boardsOf, createTotals }, { createMoments }] = await Promise.all(
  ["dom", "shell", "tv/boards", "tv/moments"].map((name) => import(`../${name}.js${tag}`)),
);

export function create({ assets, trigger, defaultVolume }) {
  const title = h("h2", { class: "board-title" });
  const measure = h("p", { class: "measure" });
  const totals = createTotals();
  const stage = h("section", { class: "stage", "aria-labelledby": "rift-board" });
  title.id = "rift-board";
  const turns = h("ol", { class: "turns", "aria-hidden": "true" });
  const progress = h("i", { class: "progress-line", "aria-hidden": "true" });
  const start = h("button", { class: "key start", type: "button", onclick: begin }, icon(assets, "sound_off"), "Sound and full screen");
  const content = h("section", { class: "content wall" }, h("div", { class: "head" }, title, measure, totals.root), stage, turns, progress);
  const shell = createShell({ view: "tv", assets, trigger, defaultVolume, content, onTick: (now) => (clock = now) });
  const { root, sound } = shell;
  const moments = createMoments({ assets, sound, announce: shell.announce, onShow: (meeting) => shown(meeting) });
  root.append(start, moments.root);
  root.dataset.moments = "0";
  root.dataset.soundsPlayed = "0";
  // A kiosk may let pages play without a touch: then nobody has to climb up to the TV after a power cut.
  if (sound.state.allowed) sound.allow();

  let clock = null;
  let latest = null;
  let boards = [];
  let current = null;
  let drawn = "";
  let seconds = 0;
  let timer = 0;

  function update(data) {
    shell.update({ ...data, title: "TV board", subtitle: "" });
    start.hidden = sound.state.running;
    if (!data.boards) return;
    latest = data;
    totals.update(data.boards.totals);
    boards = boardsOf(data.boards, { assets, now: clock });
    if (data.seconds !== seconds) {
      seconds = data.seconds;
      root.style.setProperty("--seconds", `${seconds}s`);
      turn(0);
    } else if (!boards.some((board) => board.id === current)) turn(0);
    else draw(false);
    // A tab that was cut off celebrates nothing that it cannot show as live.
    if (data.state === "live") moments.update(data);
  }

  function turn(step) {
    clearTimeout(timer);
    const place = boards.findIndex((board) => board.id === current);
    current = boards[(Math.max(0, place) + step) % boards.length].id;
    draw(true);
    timer = setTimeout(() => turn(1), seconds * 1000);
  }

  // Drawn anew only when something on it has changed: the ages of the newest meetings do so once a minute.
  function draw(entering) {
    const board = boards.find((one) => one.id === current) ?? boards[0];
    const wanted = JSON.stringify([board.id, board.of]);
    if (wanted === drawn && !entering) return;
    drawn = wanted;
    root.dataset.board = board.id;
    setText(title, board.title);
    setText(measure, board.measure);
    stage.replaceChildren(board.draw());
    stage.dataset.board = board.id;
    // With one board nothing takes turns.
    turns.hidden = boards.length < 2;
    turns.replaceChildren(...boards.map((one) => h("li", one.id === board.id ? { class: "here" } : {})));
    if (!entering) return;
    for (const node of [stage, progress]) {
      node.classList.remove("enter");
      void node.offsetWidth;
      node.classList.add("enter");
    }
  }

  function shown(meeting) {
    if (root.dataset.lastMeeting !== meeting.event_id) root.dataset.moments = String(Number(root.dataset.moments) + 1);
    root.dataset.lastMeeting = meeting.event_id;
    root.dataset.soundsPlayed = String(sound.state.played);
  }

  async function begin() {
    await Promise.allSettled([sound.allow(), document.documentElement.requestFullscreen?.()]);
    start.hidden = sound.state.running;
  }

  const leave = (press) => {
    if (press.key === "Escape" && !document.fullscreenElement) trigger("go", "my_hud");
    if (press.key === "f" && !press.ctrlKey && !press.metaKey && !document.fullscreenElement) document.documentElement.requestFullscreen?.();
    if (press.key === "ArrowRight" && latest) turn(1);
  };
  document.addEventListener("keydown", leave);

  return {
    root,
    update,
    dispose() {
      clearTimeout(timer);
      document.removeEventListener("keydown", leave);
      moments.dispose();
      shell.dispose();
    },
  };
}
