// plotly, loaded once and only where a chart is to be drawn, and its styles inside our shadow root.

let loading = null;

export function loadPlotly(url) {
  loading ??= load(new URL(url, document.baseURI).href).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(address) {
  if (window.Plotly) return window.Plotly;
  // The address names plotly's version, so what the browser has kept is right, whatever the server says of keeping it.
  const answer = await fetch(address, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`plotly was not served: ${answer.status}`);
  const code = URL.createObjectURL(await answer.blob());
  const script = document.createElement("script");
  script.src = code;
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly could not be run"));
    document.head.append(script);
  });
  URL.revokeObjectURL(code);
  return window.Plotly;
}

// plotly writes its rules into the document, where they do not reach us.
export function adoptStyles(root) {
  const written = document.getElementById("plotly.js-style-global")?.sheet;
  if (!written || !root.adoptedStyleSheets || root.hasPlotlyStyles) return;
  const sheet = new CSSStyleSheet();
  for (const rule of written.cssRules) sheet.insertRule(rule.cssText, sheet.cssRules.length);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  root.hasPlotlyStyles = true;
}

// Figures are drawn for a rem of 16 pixels; every length in them grows with the screen's.
const LENGTHS = new Set(["size", "width", "l", "r", "t", "b", "standoff", "xgap", "ygap"]);

export function scaled(node, rem) {
  if (Array.isArray(node)) return node.map((each) => (each !== null && typeof each === "object" ? scaled(each, rem) : each));
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => {
      if (LENGTHS.has(name) && typeof value === "number") return [name, (value * rem) / 16];
      return [name, value !== null && typeof value === "object" ? scaled(value, rem) : value];
    }),
  );
}
