// The Arena: the board of a period, teams and duels, side by side; one below the other on a phone.

const tag = new URL(import.meta.url).search;
const [{ h, number, plural }, { createShell }, { createBoard }, { createTeams }, { createDuels }, { readRow }, { ordinal }] = await Promise.all(
  ["dom", "shell", "arena/board", "arena/teams", "arena/duels", "arena/row", "arena/words"].map((name) => import(`../${name}.js${tag}`)),
);

export function create({ assets, trigger, defaultVolume }) {
  // Who looks, and whose HUD they may open.
  const reader = {
    user: "",
    home: "/",
    opens: null,
    hrefOf: (user) => (reader.opens === "all" || reader.opens === user ? `${reader.home}?user=${encodeURIComponent(user)}` : null),
  };
  const board = createBoard({ assets, trigger, reader });
  const teams = createTeams();
  const duels = createDuels({ assets });
  const content = h("section", { class: "content arena-page" }, board.root, teams.root, duels.root);
  const shell = createShell({ view: "arena", assets, trigger, defaultVolume, content });
  const { root, announce } = shell;
  let before = null;

  function update(data) {
    Object.assign(reader, { user: data.user_id, home: data.home, opens: data.opens });
    const mine = data.own.map(readRow).find((row) => row.user === data.user_id);
    root.dataset.period = data.period;
    shell.update({ ...data, title: "Arena", subtitle: mine ? mine.name : "Boards, teams and duels" });
    board.update(data);
    teams.update(data);
    duels.update(data);
    if (mine && before && before.period === data.period && before.position !== mine.position) {
      const places = before.position - mine.position;
      announce(`You are now ${ordinal(mine.position)} of ${number(data.total)}: ${places > 0 ? "up" : "down"} ${plural(Math.abs(places), "place", "places")}`);
    }
    before = mine ? { period: data.period, position: mine.position } : null;
  }

  return {
    root,
    update,
    dispose() {
      shell.dispose();
      for (const part of [board, teams, duels]) part.dispose();
    },
  };
}
