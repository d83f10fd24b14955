// Loads the view that draws a page and its style sheets, and keeps one DOM for the life of the element.
//
// A view is js/views/<name>.js with css/<name>.css. It exports create({ assets, trigger, defaultVolume }), which returns
// { root, update(data), dispose() }.

const tag = new URL(import.meta.url).search;
const mounts = new WeakMap();

// On a busy machine polls follow each other closely, and Streamlit then may put a new element in the place of the one that
// was there. What it held is kept for so long, and moves: else sounds end, and what was being shown is lost.
const KEPT_MS = 5000;
let left = null;

export async function render({ data, parentElement, setTriggerValue }) {
  let mount = mounts.get(parentElement);
  if (mount?.name !== data.view) {
    mount?.close();
    mount = moved(data.view, parentElement) ?? open(data, parentElement);
    mounts.set(parentElement, mount);
  }
  mount.trigger = setTriggerValue;
  mount.latest = data;
  await mount.ready;
  if (mount.latest === data) mount.view?.update(data);
  return () => {
    if (mounts.get(parentElement) !== mount) return;
    mounts.delete(parentElement);
    left?.close();
    left = mount;
    mount.timer = setTimeout(mount.close, KEPT_MS);
  };
}

function open(data, parentElement) {
  const assets = (path) => new URL(`${data.assets}/${path}?v=${data.version}`, document.baseURI).href;
  const sheets = ["base", data.view].map((name) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = assets(`css/${name}.css`);
    return sheet;
  });
  const mount = { name: data.view, view: null, isClosed: false, timer: 0 };
  mount.close = () => {
    clearTimeout(mount.timer);
    mount.isClosed = true;
    mount.view?.dispose();
    mount.view?.root.remove();
    for (const sheet of sheets) sheet.remove();
  };
  const trigger = (event, value) => mount.trigger(event, value);
  const made = import(`./views/${data.view}.js${tag}`).then(({ create }) => {
    if (!mount.isClosed) mount.view = create({ assets, trigger, defaultVolume: data.volume });
  });
  mount.put = async (place) => {
    place.append(...sheets);
    await Promise.all([made, ...sheets.map(loaded)]);
    if (!mount.isClosed) place.append(mount.view.root);
  };
  mount.ready = mount.put(parentElement);
  return mount;
}

// What the element before held, if it was this view.
function moved(name, place) {
  const mount = left;
  left = null;
  if (!mount || mount.isClosed) return null;
  if (mount.name !== name) {
    mount.close();
    return null;
  }
  clearTimeout(mount.timer);
  mount.ready = mount.put(place);
  return mount;
}

const loaded = (sheet) =>
  new Promise((resolve) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", resolve);
  });
