"use strict";
// Small time courses in SVG: one quantity each, all cases in it, with a cursor at the moment shown.
(() => {
  const { el } = biomech;
  const LEFT = 44, RIGHT = 74, TOP = 8, BOTTOM = 22, HEIGHT = 132;
  const DASHES = ["", "6 3", "2 3", "9 3 2 3"];

  const ticks = (low, high, unit, count = 3) => {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const steps = unit === "°" ? [15, 30, 45, 90] : [1, 2, 2.5, 5, 10].map((v) => v * power);
    const step = steps.find((v) => v >= raw * 0.999) ?? 90;
    const out = [];
    for (let v = Math.ceil(low / step - 1e-6) * step; v <= high + 1e-9 * step; v += step) out.push(Math.abs(v) < 1e-9 * step ? 0 : v);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return [out, Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6 ? digits + 1 : digits];
  };
  // labels at wanted heights, moved apart
  const spread = (wanted, gap, low, high) => {
    const order = wanted.map((y, i) => [y, i]).sort((a, b) => a[0] - b[0]), out = [];
    order.forEach(([y], k) => { order[k][0] = Math.max(y, k ? order[k - 1][0] + gap : low); });
    for (let k = order.length - 1, limit = high; k >= 0; k--, limit = order[k + 1]?.[0] - gap) order[k][0] = Math.min(order[k][0], limit);
    order.forEach(([y, i]) => { out[i] = y; });
    return out;
  };
  const at = (curve, place) => {
    const [a, b, t] = biomech.around(curve.x, place);
    return curve.y[a] * (1 - t) + curve.y[b] * t;
  };

  biomech.Charts = class {
    constructor(root, { onplace = () => {} } = {}) {
      this.root = root;
      this.onplace = onplace;
      this.place = 0;
      this.redraw = biomech.later(() => this.paint());
      new ResizeObserver(this.redraw).observe(root);
      // curves in sight are drawn at once, the others when there is nothing else to do
      this.watch = new IntersectionObserver((seen) => {
        for (const { target, isIntersecting } of seen) {
          const f = this.figures.find((one) => one.figure === target);
          if (f) f.seen = isIntersecting;
        }
        this.redraw();
      }, { rootMargin: "100px" });
      addEventListener("beforeprint", () => this.paintRest());
    }

    setData(data) {
      this.data = data;
      const keys = [];
      for (const one of data.cases) for (const c of one.curves) if (!keys.includes(c.key)) keys.push(c.key);
      this.quantities = keys.map((key) => {
        const lines = data.cases.map((one, index) => ({ index, letter: one.letter, curve: one.curves.find((c) => c.key === key) })).filter((l) => l.curve);
        return { ...lines[0].curve, lines };
      });
      const wanted = keys.join();
      if (this.built !== wanted) {
        this.built = wanted;
        this.figures = this.quantities.map((q) => {
          const svg = el("svg:svg", { role: "img", height: HEIGHT });
          const figure = el("figure", { class: "chart", "data-key": q.key }, el("figcaption", {}, el("b", { text: q.title }), ` (${q.unit})`), svg);
          svg.addEventListener("pointerdown", (event) => this.point(event, svg));
          svg.addEventListener("pointermove", (event) => event.buttons && this.point(event, svg));
          return { figure, svg };
        });
        this.watch.disconnect();
        this.root.replaceChildren(...this.figures.map((f) => f.figure));
        for (const f of this.figures) this.watch.observe(f.figure);
      }
      this.redraw();
    }

    point(event, svg) {
      const box = svg.getBoundingClientRect();
      this.onplace(biomech.clamp((event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT), 0, 1));
    }

    setPlace(place) {
      this.place = place;
      this.figures?.forEach((f, i) => this.cursor(f, this.quantities[i]));
    }

    paint() {
      if (!this.data) return;
      this.figures.forEach((f, i) => {
        const q = this.quantities[i];
        f.figure.classList.toggle("waiting", q.lines.some((l) => l.curve.old));
        if (f.seen) this.paintOne(q, f); else f.stale = true;
      });
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.paintRest(), 500);
    }

    paintRest() {
      this.figures?.forEach((f, i) => { if (f.stale) this.paintOne(this.quantities[i], f); });
    }

    paintOne(q, f) {
      f.stale = false;
      const width = Math.max(240, f.figure.clientWidth - 2), inner = width - LEFT - RIGHT, high = HEIGHT - TOP - BOTTOM;
      let low = Math.min(...q.lines.map((l) => l.curve.low)), top = Math.max(...q.lines.map((l) => l.curve.high));
      if (q.signed || (low > 0 && low < 0.5 * top)) { low = Math.min(low, 0); top = Math.max(top, 0); }
      const margin = 0.08 * Math.max(top - low, 1e-3 * Math.max(1, Math.abs(top)));
      low -= low === 0 && !q.signed ? 0 : margin;
      top += margin;
      const X = (x) => LEFT + inner * x, Y = (y) => TOP + (high * (top - y)) / (top - low);
      const [marks, decimals] = ticks(low, top, q.unit), clip = `clip-${q.key}`;
      const parts = [el("svg:clipPath", { id: clip }, el("svg:rect", { x: LEFT, y: TOP - 2, width: inner, height: high + 4 }))];
      for (const v of marks) parts.push(el("svg:path", { d: `M${LEFT} ${Y(v)}h${inner}`, class: v === 0 ? "grid zero" : "grid" }), el("svg:text", { x: LEFT - 6, y: Y(v) + 4, "text-anchor": "end", class: "tick", text: biomech.number(v, decimals) }));
      if (this.data.axis.split < 1) parts.push(el("svg:path", { d: `M${X(this.data.axis.split)} ${TOP}v${high}`, class: "split" }));
      let free = -99;
      for (const [x, text] of this.data.axis.ticks) {
        if (X(x) - free < 26) continue;
        free = X(x);
        parts.push(el("svg:text", { x: X(x), y: HEIGHT - 6, "text-anchor": "middle", class: "tick", text }));
      }
      const many = q.lines.length > 1;
      const places = spread(q.lines.map((l) => Y(biomech.clamp(l.curve.end, low, top))), 15, TOP + 6, TOP + high);
      q.lines.forEach(({ curve, letter, index }, k) => {
        const d = curve.x.map((x, i) => `${i ? "L" : "M"}${X(x).toFixed(1)} ${Y(biomech.clamp(curve.y[i], low - (top - low), top + (top - low))).toFixed(1)}`).join("");
        parts.push(el("svg:path", { d, class: `line c${index}`, "stroke-dasharray": DASHES[index] || null, "clip-path": `url(#${clip})` }),
          el("svg:circle", { cx: X(curve.end_x), cy: Y(curve.end), r: 2.6, class: `dot c${index}` }),
          el("svg:text", { x: width - RIGHT + 8, y: places[k] + 4, class: `end c${index}`, text: `${many ? `${letter} ` : ""}${biomech.number(curve.end, q.decimals, q.signed)}` }));
      });
      f.cursor = el("svg:g", { class: "cursor" }, el("svg:path", { d: `M0 ${TOP}v${high}` }), ...q.lines.map(({ index }) => el("svg:circle", { r: 3.4, class: `c${index}` })));
      f.place = { X, Y, low, top };
      f.svg.setAttribute("width", width);
      f.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      const said = q.lines.map(({ curve, letter }) => `${many ? `${letter} ` : ""}${biomech.number(curve.end, q.decimals, q.signed)} ${q.unit}`).join(", ");
      f.svg.setAttribute("aria-label", `${q.title} over time; at the end of the last hold ${said}`);
      f.svg.replaceChildren(...parts, f.cursor);
      this.cursor(f, q);
    }

    cursor(f, q) {
      if (!f.cursor || f.stale) return;
      const { X, Y, low, top } = f.place;
      f.cursor.setAttribute("transform", `translate(${X(this.place).toFixed(1)} 0)`);
      q.lines.forEach(({ curve }, k) => f.cursor.children[k + 1].setAttribute("cy", Y(biomech.clamp(at(curve, this.place), low, top)).toFixed(1)));
    }
  };
})();
