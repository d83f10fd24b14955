// A frame for a whole document with scripts of its own. Of a frame without an address (srcdoc, blob:) our policy would
// forbid them; frame.html has a policy that allows them and nothing else: no storage, no network, no way out.

const tag = new URL(import.meta.url).search;
const { h } = await import(`./dom.js${tag}`);

export function sandboxed({ assets, page, title }) {
  const frame = h("iframe", { sandbox: "allow-scripts", referrerpolicy: "no-referrer", title, src: assets("frame.html") });
  // A frame that is moved begins anew, with another window (see panel.js); a page that was written tells of a load, too.
  let told = null;
  frame.addEventListener("load", () => {
    if (frame.contentWindow === told) return;
    told = frame.contentWindow;
    told?.postMessage(page, "*");
  });
  return frame;
}
