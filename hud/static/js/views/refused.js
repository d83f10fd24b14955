// In place of a page that is for others: the frame, so that one can go on, and a message.

const tag = new URL(import.meta.url).search;
const [{ h }, { createShell }] = await Promise.all(["dom", "shell"].map((name) => import(`../${name}.js${tag}`)));

export function create({ assets, trigger, defaultVolume }) {
  const shell = createShell({ view: "refused", assets, trigger, defaultVolume, content: h("section", { class: "content" }) });
  return {
    root: shell.root,
    update: (data) => shell.update({ ...data, unknown: [data.headline, data.advice] }),
    dispose: shell.dispose,
  };
}
