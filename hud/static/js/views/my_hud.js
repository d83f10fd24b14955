// My HUD: lays out the parts and hands them each new look at the SDR; whole, or as an overlay in a corner of the screen.

const tag = new URL(import.meta.url).search;
const [{ h, icon, isPlain }, { createShell }, { createRank }, { createWealth }, { createProgress }, figures, { createWeek }, { createFeed }, { createNews }] =
  await Promise.all(
    ["dom", "shell", "my_hud/rank", "my_hud/wealth", "my_hud/progress", "my_hud/figures", "my_hud/week", "my_hud/feed", "my_hud/news"].map(
      (name) => import(`../${name}.js${tag}`),
    ),
  );

const OVERLAY_WINDOW = "popup,width=360,height=440";

export function create({ assets, trigger, defaultVolume }) {
  const rank = createRank({ assets });
  const wealth = createWealth({ assets });
  const progress = createProgress();
  const kda = figures.createKda();
  const today = figures.createToday({ assets });
  const week = createWeek({ assets });
  const feed = createFeed({ assets });
  const { overlayLink, wholeLink } = createLinks({ assets, trigger });
  const board = h("section", { class: "content board" }, rank.root, progress.root, wealth.root, kda.root, today.root, week.root, feed.root, wholeLink);
  feed.root.querySelector(".caption").append(overlayLink);
  const shell = createShell({
    view: "my_hud",
    assets,
    trigger,
    defaultVolume,
    content: board,
    leave: () => trigger("leave", true),
    onTick: (now) => feed.tick(now),
  });
  const { root } = shell;
  const news = createNews({ assets, shell, line: wealth.line });

  function update(data) {
    const { sdr } = data;
    root.dataset.user = data.user_id;
    showOverlay(data);
    shell.update({
      ...data,
      title: sdr ? sdr.display_name || sdr.user_id : data.user_id,
      subtitle: sdr ? sdr.team_name : "",
      as_of: sdr?.as_of,
      last_event_at: sdr?.last_event_at,
    });
    if (!sdr) return;
    rank.update(sdr, data.tiers);
    for (const part of [wealth, progress, kda, today]) part.update(sdr);
    week.update(data.standing);
    feed.update(sdr.feed);
    news.look(data);
  }

  function showOverlay({ overlay, user_id: userId, opacity }) {
    const query = `?user=${encodeURIComponent(userId)}`;
    overlayLink.href = `${query}&overlay=1`;
    wholeLink.href = query;
    root.classList.toggle("overlay", overlay === true);
    // page.css clears what lies behind an overlay by so much.
    const page = document.documentElement;
    page.toggleAttribute("data-rift-overlay", overlay === true);
    page.style.setProperty("--rift-opacity", String(opacity));
  }

  return {
    root,
    update,
    dispose() {
      document.documentElement.removeAttribute("data-rift-overlay");
      news.dispose();
      shell.dispose();
      for (const part of [wealth, progress, kda, today]) part.dispose();
    },
  };
}

// Real links, for another tab and for the keyboard; a plain click opens a small window, or stays in this tab and keeps the
// permission for sounds.
function createLinks({ assets, trigger }) {
  const overlayLink = h("a", { class: "to-overlay", title: "Opens a small window for a corner of the screen" }, icon(assets, "overlay"), "Overlay");
  overlayLink.onclick = (click) => {
    if (!isPlain(click)) return;
    click.preventDefault();
    if (!window.open(overlayLink.href, "rift-overlay", OVERLAY_WINDOW)) trigger("overlay", "on");
  };
  const wholeLink = h("a", { class: "to-whole" }, icon(assets, "whole"), h("span", {}, "Whole HUD"));
  wholeLink.onclick = (click) => {
    if (!isPlain(click)) return;
    click.preventDefault();
    trigger("overlay", "off");
  };
  return { overlayLink, wholeLink };
}
