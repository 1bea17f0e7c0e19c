"use strict";
// The report: view, player, curves and table tell of one moment and one level.
(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const place = data.cases[data.cases.length - 1].places[data.cases[data.cases.length - 1].end];
  const rows = [...document.querySelectorAll("tr[data-level]")];
  const root = document.getElementById("view");
  let view = null, readout = null;

  const choose = (level) => {
    view?.setLevel(level);
    readout?.show(view, level);
    for (const row of rows) row.classList.toggle("chosen", row.dataset.level === level);
  };
  if (root) view = new biomech.View(root, { onpick: choose });
  const player = new biomech.Player(view ? view.below : document.getElementById("charts").parentNode, { onplace: (p) => go(p) });
  const charts = new biomech.Charts(document.getElementById("charts"), { onplace: (p) => { player.stop(); go(p); } });
  const go = (p) => {
    view?.setPlace(p);
    player.setPlace(p);
    charts.setPlace(p);
    readout?.show(view, view.state.level);
  };
  player.setData(data);
  charts.setData(data);
  if (view) {
    readout = new biomech.Readout(root);
    view.setData(data);
    for (const row of rows) {
      row.querySelector("th").tabIndex = 0;
      row.addEventListener("click", () => choose(row.dataset.level));
      row.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(row.dataset.level); });
    }
  }
  go(place);
  if (view && data.skeletons.length) {
    const unpacked = (parts) => Promise.all(parts.map(async (s) => ({ ...s, buffer: await biomech.unzip(biomech.bytes(s.block)) })));
    view.setSkeletons(await unpacked(data.skeletons), await unpacked(data.outlines));
  }
  document.documentElement.dataset.ready = "yes";
})();
