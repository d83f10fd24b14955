// Chooses the view that draws a page, loads the style sheet before it, and keeps one DOM for the life of the element.

const tag = new URL(import.meta.url).search;
const [{ createHud }, { createPicker }] = await Promise.all([import(`./hud.js${tag}`), import(`./picker.js${tag}`)]);

const views = { hud: createHud, picker: createPicker };
const mounts = new WeakMap();

export async function render({ data, parentElement, setTriggerValue }) {
  let mount = mounts.get(parentElement);
  if (!mount || mount.name !== data.view) {
    mount?.close();
    mount = open(data, parentElement, setTriggerValue);
    mounts.set(parentElement, mount);
  }
  mount.latest = data;
  await mount.ready;
  if (mount.latest === data) mount.view.update(data);
  return () => {
    mount.close();
    mounts.delete(parentElement);
  };
}

function open(data, parentElement, trigger) {
  const assets = (path) => new URL(`${data.assets}/${path}?v=${data.version}`, document.baseURI).href;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = assets("hud.css");
  const ready = new Promise((resolve) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", resolve);
  }).then(() => parentElement.append(view.root));
  const view = views[data.view]({ assets, trigger, defaultVolume: data.volume });
  parentElement.append(sheet);
  const close = () => {
    view.dispose();
    view.root.remove();
    sheet.remove();
  };
  return { name: data.view, view, ready, close };
}
