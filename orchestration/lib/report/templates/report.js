// Draws the charts. Without scripts the tables say the same, so a chart is in sight only now.
for (const script of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(`chart-${script.dataset.chart}`);
  place.dataset.on = "";
  const { data, layout } = JSON.parse(script.textContent);
  // A drawing with a view box shrinks to a narrower sheet of paper.
  const fit = () => {
    for (const svg of place.querySelectorAll("svg.main-svg")) {
      const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")];
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      place.style.setProperty("--ratio", width / height);
    }
  };
  Plotly.newPlot(place, data, layout, { displayModeBar: false, responsive: true, showTips: false })
    .then(() => document.fonts.ready)
    .then(() => {
      place.on("plotly_afterplot", fit);
      fit();
      place.dataset.drawn = "true";
    });
}
