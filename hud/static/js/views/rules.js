// Rules: the book, the chosen rule with its forge and chronicle, and what a change of it would do.

const tag = new URL(import.meta.url).search;
const [{ h, number, plural, setText }, { createShell }, { VALUES, ended, began, worth }, { createBook, createChronicle }, { createForm }, { createConfirm }, { createOutcome }] = await Promise.all(
  ["dom", "shell", "rules/words", "rules/book", "rules/form", "rules/confirm", "rules/outcome"].map((name) => import(`../${name}.js${tag}`)),
);

// A request of which the server knows nothing after this long was lost (the HUD was restarted).
const LOST_SECONDS = 10;

export function create({ assets, trigger, defaultVolume }) {
  let latest = null;
  // The type that is looked at: what was clicked, before the server has heard of it; null: a new one.
  let chosen;
  let waiting = null;
  let followed = "";

  const book = createBook({ assets, choose: turnTo });
  const chronicle = createChronicle();
  const form = createForm({ assets, onPreview: (asked) => send("preview", asked), onSave: confirmed, onTyped: () => setText(said, "") });
  const confirm = createConfirm({ onYes: (asked) => send("save", asked) });
  const outcome = createOutcome({ assets, look: (wish) => trigger("look", wish) });
  const name = h("h2", { class: "rule-name", dir: "auto" });
  const held = h("p", { class: "held" });
  const said = h("p", { class: "said", role: "status" });
  const progress = h("p", { class: "working", role: "status" });
  const rule = h("section", { class: "panel rule", "aria-label": "The rule" }, name, held, form.root, progress, said);
  const shell = createShell({ view: "rules", assets, trigger, defaultVolume, content: h("section", { class: "content rulebook" }, book.root, rule, chronicle.root, outcome.root, confirm.root) });
  const { root } = shell;

  const current = () => latest?.rules.find((one) => one.event_type === chosen);
  const inForce = () => current()?.versions.find((version) => version.is_current);

  function turnTo(type) {
    setText(said, "");
    choose(type);
  }

  function choose(type) {
    chosen = type;
    if (type !== null) trigger("choose", type);
    draw();
  }

  // What can be seen to be wrong is said before anybody is asked to confirm it.
  function confirmed(asked) {
    for (const [key, words] of VALUES) if (!/^[0-9,]+$/.test(asked[key])) return form.say(`${words} is a whole number: 0, or more.`, key);
    if (asked.mode === "moment" && !asked.effective_from) return form.say("Say from when.", "effective_from");
    if (asked.is_limited && !asked.effective_to) return form.say("Say up to when.", "effective_to");
    if (asked.is_new && !/^[a-z][a-z0-9_]{0,63}$/.test(asked.event_type)) return form.say("A type is small letters, digits and _ (64 at most), and begins with a letter: demo_held.", "event_type");
    if (latest.needs_secret && !asked.secret) return form.say("Enter the admin secret.", "secret");
    const plain = { ...asked, ...Object.fromEntries(VALUES.map(([key]) => [key, asked[key].replaceAll(",", "")])) };
    confirm.ask(plain, current()?.event_label ?? "", inForce(), form.inWords(plain), nextAfter(plain));
    return undefined;
  }

  // Without an end of its own it holds up to the next version that is there already.
  function nextAfter(asked) {
    const from = asked.mode === "now" ? Date.now() / 1000 : Date.parse(asked.effective_from) / 1000;
    const later = latest.chronicle.filter((version) => !version.is_superseded && version.effective_from !== null && version.effective_from > from).map((version) => version.effective_from);
    return asked.is_new || later.length === 0 ? null : Math.min(...later);
  }

  function send(kind, asked) {
    if (waiting) return;
    if (latest.needs_secret && !asked.secret) {
      form.say("Enter the admin secret.", "secret");
      return;
    }
    waiting = { ticket: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, kind, since: performance.now() };
    setText(said, "");
    form.setBusy(true);
    trigger(kind, { ...asked, ticket: waiting.ticket });
    follow();
  }

  function follow() {
    if (!waiting) return;
    const seconds = (performance.now() - waiting.since) / 1000;
    const work = latest.work?.ticket === waiting.ticket ? latest.work : null;
    if (!work && seconds > LOST_SECONDS) {
      finish({ state: "failed", error: "The HUD has lost this request. Look at the chronicle before you try again." });
    } else if (work && work.state !== "running") {
      finish(work);
    } else {
      setText(progress, `${waiting.kind === "save" ? "Saving the rule" : "Working out what would change"} \u2026${seconds >= 2 ? ` ${Math.floor(seconds)} s` : ""}`);
    }
  }

  function finish(work) {
    const { kind } = waiting;
    waiting = null;
    form.setBusy(false);
    setText(progress, "");
    if (work.state === "failed") form.say(work.error, work.field);
    else if (kind === "preview") outcome.arrive();
    else setText(said, told(work.saved));
    root.dataset.done = String(Number(root.dataset.done ?? 0) + 1);
  }

  function told(saved) {
    if (saved.landed.length === 0) return "It is in force already over that whole range: nothing was landed.";
    const landed = saved.landed.map((version) => `${worth(version)}, ${began(seconds(version))}${ended(seconds(version))}`).join("; then ");
    const moved = saved.rows_moved === null ? "How much it moved took too long to count." : `${plural(saved.rows_moved, "row", "rows")} (SDR and day) moved, with ${plural(saved.events_moved, "event", "events")} in them.`;
    return `Landed: ${landed}. ${moved}`;
  }

  const at = (moment) => (moment === null ? null : Date.parse(moment) / 1000);
  const seconds = (version) => ({ effective_from: at(version.effective_from), effective_to: at(version.effective_to) });

  function draw() {
    if (!latest) return;
    if (chosen === undefined && latest.chosen) chosen = latest.chosen;
    // A new type that was landed is one of the book now.
    const landed = latest.work?.saved?.event_type;
    if (chosen === null && landed && latest.rules.some((one) => one.event_type === landed) && latest.work.ticket !== followed) {
      followed = latest.work.ticket;
      choose(landed);
      return;
    }
    const now = inForce();
    book.update(latest.rules, chosen);
    setText(name, chosen === null ? "A new type" : (current()?.event_label ?? chosen ?? ""));
    setText(held, chosen === null ? "Doors refuse events of it until it has a rule." : now ? `Worth ${worth(now)}, ${began(now)}${ended(now)}.` : "No rule is in force: such an event is worth nothing.");
    form.access(latest.needs_secret);
    if (chosen !== undefined) form.choose(chosen, now);
    const versions = latest.chosen === chosen ? latest.chronicle : [];
    chronicle.update(versions, Date.now() / 1000);
    outcome.update(latest.preview, chosen);
    root.dataset.chosen = chosen ?? "";
  }

  return {
    root,
    update(data) {
      latest = data;
      shell.update({ ...data, title: "Rules", subtitle: data.rules.length ? `What ${number(data.rules.length)} types of event are worth` : "What events are worth" });
      draw();
      follow();
    },
    dispose() {
      form.dispose();
      outcome.dispose();
      shell.dispose();
    },
  };
}
