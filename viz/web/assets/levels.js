"use strict";
// Reading numbers off: one level in words, and the time slider with its player.
(() => {
  const { el } = biomech;

  // all fields of one level at the moment shown, read out when it changes
  biomech.Readout = class {
    constructor(root) {
      this.node = el("div", { class: "readout", role: "status", "aria-live": "polite", text: "Click a disc, or a row of the table, to read its numbers." });
      root.append(this.node);
    }
    show(view, level) {
      if (!level) { this.node.textContent = "Click a disc, or a row of the table, to read its numbers."; return; }
      const k = view.data.levels.indexOf(level), many = view.data.cases.length > 1;
      this.node.replaceChildren(el("b", { text: level }), ...view.data.cases.map((one, i) => el("p", {},
        many ? el("b", { class: `letter c${i}`, text: one.letter }) : null,
        " " + view.data.fields.map((f) => `${f.label.toLowerCase()} ${biomech.number(view.values(one, f.key)[k], f.decimals, f.signed)} ${f.unit}`).join("; "))));
    }
  };

  // a bar and a number for every level and case, of the field the discs are coloured by
  biomech.Bars = class {
    constructor(root, { onpick }) {
      this.onpick = onpick;
      this.caption = el("caption");
      this.body = el("tbody");
      root.append(el("table", { class: "bars" }, this.caption, this.body));
    }
    show(view) {
      const { data, field, state } = view, many = data.cases.length > 1;
      this.caption.textContent = `${field.label}, ${field.unit}, at the moment shown`;
      if (this.body.children.length !== data.levels.length || this.many !== many) this.build(data, many);
      const zero = field.signed ? 0.3 : 0, values = data.cases.map((one) => view.values(one));
      data.levels.forEach((level, i) => {
        const row = this.rows[i];
        row.node.classList.toggle("chosen", level === state.level);
        values.forEach((v, k) => {
          const share = biomech.clamp(v[i] / field.to, -1, 1), span = share < 0 ? zero : 1 - zero;
          row.bars[k].style.left = `${100 * (zero + Math.min(share, 0) * span)}%`;
          row.bars[k].style.width = `${100 * Math.abs(share) * span}%`;
          row.bars[k].style.background = biomech.css(biomech.colour(field, v[i]));
          row.cells[k].textContent = biomech.number(v[i], field.decimals, field.signed);
        });
      });
    }
    build(data, many) {
      this.many = many;
      this.rows = data.levels.map((level) => {
        const bars = data.cases.map(() => el("i")), cells = data.cases.map((_, k) => el("td", { class: many ? `c${k}` : null }));
        const name = el("th", { scope: "row" }, el("button", { type: "button", text: level, onclick: () => this.onpick(level) }));
        const node = el("tr", { class: level[0] === "L" ? "strong" : null }, name, el("td", { class: "track", "aria-hidden": "true" }, ...bars.map((b) => el("span", {}, b))), ...cells);
        return { node, bars, cells };
      });
      this.body.replaceChildren(...this.rows.map((r) => r.node));
    }
  };

  biomech.Player = class {
    constructor(root, { onplace }) {
      this.onplace = onplace;
      this.button = el("button", { type: "button", "aria-label": "Play the session", "aria-pressed": "false", text: "▶", class: "play" });
      this.slider = el("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": "Moment" });
      this.text = el("output", { class: "moment" });
      root.append(el("div", { class: "player" }, this.button, this.slider, this.text));
      this.slider.addEventListener("input", () => { this.stop(); this.onplace(Number(this.slider.value) / 1000); });
      this.button.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    }
    setData(data) { this.data = data; }
    setPlace(place) {
      this.place = place;
      this.slider.value = Math.round(1000 * place);
      const { cases } = this.data, one = cases[cases.length - 1], [a, b, t] = biomech.around(one.places, place);
      const seconds = one.times[a] * (1 - t) + one.times[b] * t, said = cases.map((c) => this.phase(c, place));
      const same = said.every((text) => text === said[0]);
      this.text.textContent = `${biomech.clock(seconds)}, ${same ? said[0] : cases.map((c, i) => `${c.letter}: ${said[i]}`).join("; ")}`;
      this.slider.setAttribute("aria-valuetext", `${this.text.textContent}, tilt ${one.tilt[a]} degrees`);
    }
    phase(one, place) {
      const [a, b, t] = biomech.around(one.places, place);
      return a === one.end && t < 0.02 ? "end of the hold" : one.phases[t > 0.5 ? b : a] || "standing before";
    }
    play() {
      const calm = biomech.calm(), step = calm ? 0.05 : 0.004;
      if (this.place >= 1) this.onplace(0);
      this.timer = setInterval(() => {
        if (this.place >= 1) { this.stop(); return; }
        this.onplace(Math.min(1, this.place + step));
      }, calm ? 800 : 40);
      this.mark(true);
    }
    stop() { clearInterval(this.timer); this.timer = null; this.mark(false); }
    mark(on) {
      this.button.textContent = on ? "❚❚" : "▶";
      this.button.setAttribute("aria-pressed", String(on));
      this.button.setAttribute("aria-label", on ? "Pause" : "Play the session");
    }
  };
})();
