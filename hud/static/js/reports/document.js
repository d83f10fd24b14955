// A report as the browser has it: the stored page, and plotly's script, which goes into it. Nothing of it is read as HTML by
// this page; it is put into a frame that may run its own scripts and reach nothing, or into a file.

const MARKER = "/*rift:plotly*/";

/** What is asked for and has come. `ask(request)` sends a request; `take(report, plotly)` is given what an answer carries. */
export function createDocuments({ ask }) {
  const documents = new Map();
  let count = 0;
  let pending = null;

  async function take(report, plotly) {
    if (!pending || report.request !== pending.request) return null;
    const { week, then } = pending;
    pending = null;
    if (!report.found) return { week, then, problem: report.is_away ? "away" : "missing" };
    const { iso_week: isoWeek, report_document: page, report_csv: csv } = report.found;
    const library = await script(plotly);
    const answer = { isoWeek, csv, page: complete(page, library) };
    if (library) documents.set(week, answer);
    if (documents.size > 4) documents.delete(documents.keys().next().value);
    return { week, then, ...answer };
  }

  return {
    take,
    known: (week) => documents.get(week),
    request(week, then) {
      pending = { week, then, request: `${Date.now()}-${(count += 1)}`, askedAt: performance.now() };
      ask({ week, request: pending.request });
    },
    // Asked again when the answer stays away: the connection may have been cut meanwhile.
    retry() {
      if (pending && performance.now() - pending.askedAt > 15000) this.request(pending.week, pending.then);
    },
  };
}

// plotly's own script; the browser keeps it. An end tag in it would end the element that it is put into. Where it cannot be
// had, a report has its tables all the same.
async function script(url) {
  try {
    const answer = await fetch(new URL(url, document.baseURI), { cache: "force-cache" });
    return answer.ok ? (await answer.text()).replaceAll("</script", "<\\/script") : "";
  } catch {
    return "";
  }
}

// The first marker is the page's own: whatever anybody is called comes after it.
function complete(page, library) {
  const at = page.indexOf(MARKER);
  return at < 0 ? page : page.slice(0, at) + library + page.slice(at + MARKER.length);
}

// Hand the reader a file.
function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

export const downloads = {
  html: ({ isoWeek, page }) => download(`rift-report-${isoWeek}.html`, "text/html;charset=utf-8", page),
  // Without the mark at the beginning, Excel takes UTF-8 for something else.
  csv: ({ isoWeek, csv }) => download(`rift-report-${isoWeek}.csv`, "text/csv;charset=utf-8", `\ufeff${csv}`),
};
