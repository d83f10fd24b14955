// Loads the view that draws a page and its style sheets, and keeps one DOM for the life of the element.
//
// A view is js/views/<name>.js with css/<name>.css. It exports create({ assets, trigger, defaultVolume }), which returns
// { root, update(data), dispose() }.

const tag = new URL(import.meta.url).search;
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
  if (mount.latest === data) mount.view?.update(data);
  return () => {
    mount.close();
    if (mounts.get(parentElement) === mount) mounts.delete(parentElement);
  };
}

function open(data, parentElement, trigger) {
  const assets = (path) => new URL(`${data.assets}/${path}?v=${data.version}`, document.baseURI).href;
  const sheets = ["base", data.view].map((name) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = assets(`css/${name}.css`);
    parentElement.append(sheet);
    return sheet;
  });
  const mount = { name: data.view, view: null, isClosed: false };
  mount.close = () => {
    mount.isClosed = true;
    mount.view?.dispose();
    mount.view?.root.remove();
    for (const sheet of sheets) sheet.remove();
  };
  mount.ready = Promise.all([import(`./views/${data.view}.js${tag}`), ...sheets.map(loaded)]).then(([{ create }]) => {
    if (mount.isClosed) return;
    mount.view = create({ assets, trigger, defaultVolume: data.volume });
    parentElement.append(mount.view.root);
  });
  return mount;
}

const loaded = (sheet) =>
  new Promise((resolve) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", resolve);
  });
