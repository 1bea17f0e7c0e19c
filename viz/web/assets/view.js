"use strict";
// The 3D view: canvas, labels over it, and its switches. Everything the mouse can do, buttons and keys can do.
(() => {
  const { el, matrix } = biomech;
  const LABELS = 118;  // px that the names of the levels take
  const SIDES = { side: [0, 0], oblique: [-0.75, 0.18], front: [-Math.PI / 2, 0], back: [Math.PI / 2, 0] };
  const DOWN = -Math.PI / 2;

  biomech.View = class {
    // `aside` takes the switches where they do not stand under the picture; `outlined`: outlines can be had, even if they are not here yet
    constructor(root, { onpick = () => {}, aside = root, outlined = false } = {}) {
      this.onpick = onpick;
      this.outlined = outlined;
      this.state = { place: 0, field: "height", factor: 1, turn: 0, rise: 0, zoom: 1, pan: [0, 0], tilt: false, ghost: false, body: false, level: null, only: null };
      this.canvas = el("canvas", {
        tabindex: 0, role: "application", "aria-roledescription": "3D view", "aria-label": "The spine in three dimensions",
        "aria-describedby": "view-keys",
      });
      this.labels = el("svg:svg", { "aria-hidden": "true", class: "labels" });
      this.stage = el("div", { class: "stage" }, this.canvas, this.labels);
      this.message = el("p", { class: "note", hidden: true });
      this.bar = el("div", { class: "colour-bar" });
      this.below = el("div");  // for the player
      root.append(this.stage, this.message, this.below);
      aside.append(this.bar, this.controls(),
        el("p", { id: "view-keys", class: "quiet keys", text: "Drag or arrow keys turn the view, + and − zoom, 0 resets; a click on a disc reads its numbers." }));
      this.redraw = biomech.later(() => this.paint());
      try {
        this.drawing = new biomech.SpineDrawing(this.canvas);
        this.drawing.onrestored = this.redraw;
      } catch (error) {
        this.message.textContent = "This browser cannot draw in 3D (WebGL2 is missing). All numbers stand in the text, the curves and the tables.";
        this.message.hidden = false;
        this.stage.hidden = true;
      }
      this.listen();
      new ResizeObserver(this.redraw).observe(this.stage);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.redraw);
    }

    // ---- switches
    controls() {
      const press = (name, text, work) => {
        const button = el("button", { type: "button", "data-switch": name, "aria-pressed": "false", text });
        button.addEventListener("click", () => { work(); this.sync(); });
        return button;
      };
      const group = (label, ...children) => el("div", { class: "group", role: "group", "aria-label": label }, el("span", { class: "group-name", text: label }), ...children);
      this.fieldButtons = el("div", { class: "row" });
      this.caseButtons = el("div", { class: "row" });
      this.factor = el("input", { type: "range", min: 1, max: 20, step: 1, value: 1, id: "factor", "aria-label": "Exaggeration of changes" });
      this.factorText = el("output", { for: "factor", text: "×1" });
      this.factor.addEventListener("input", () => { this.state.factor = Number(this.factor.value); this.sync(); });
      const zoom = (by) => { this.state.zoom = biomech.clamp(this.state.zoom * by, 0.5, 8); };
      this.buttons = [
        ...Object.keys(SIDES).map((name) => press(name, name, () => { [this.state.turn, this.state.rise] = SIDES[name]; this.state.pan = [0, 0]; })),
        press("closer", "+", () => zoom(1.25)), press("farther", "−", () => zoom(0.8)),
      ];
      this.buttons[4].setAttribute("aria-label", "Zoom in");
      this.buttons[5].setAttribute("aria-label", "Zoom out");
      this.toggles = [
        press("tilt", "tilted as on the equipment", () => { this.state.tilt = !this.state.tilt; }),
        press("ghost", "standing as a shadow", () => { this.state.ghost = !this.state.ghost; }),
        press("body", "outline of the body", () => { this.state.body = !this.state.body; }),
      ];
      this.caseGroup = group("Show", this.caseButtons);
      return el("div", { class: "controls" }, this.caseGroup, group("Colour", this.fieldButtons), group("View", el("div", { class: "row" }, ...this.buttons)),
        group("Pose", el("div", { class: "row" }, ...this.toggles)), group("Enlarge changes", el("div", { class: "row" }, this.factor, this.factorText)));
    }

    choices(row, options, chosen, work) {
      const wanted = options.map(([key, text]) => `${key}=${text}`).join("|");
      if (row.dataset.of !== wanted) {
        row.dataset.of = wanted;
        row.replaceChildren(...options.map(([key, text]) => el("button", { type: "button", "data-key": String(key), text, onclick: () => { work(key); this.sync(); } })));
      }
      for (const button of row.children) button.setAttribute("aria-pressed", String(button.dataset.key === String(chosen)));
    }

    // ---- data
    setSkeletons(skeletons, outlines = []) {
      this.drawing?.load(skeletons, outlines);
      this.sync();
      this.redraw();
    }

    setData(data) {
      this.data = data;
      for (const one of data.cases) if (typeof one.poses === "string") {
        one.poses = biomech.floats(one.poses);
        for (const key of Object.keys(one.fields)) one.fields[key] = biomech.floats(one.fields[key]);
      }
      this.factor.max = data.exaggeration;
      this.state.factor = Math.min(this.state.factor, data.exaggeration);
      if (this.state.only !== null && this.state.only >= data.cases.length) this.state.only = null;
      if (!data.fields.some((f) => f.key === this.state.field)) this.state.field = data.fields[0].key;
      this.sync();
    }

    setPlace(place) { this.state.place = place; this.redraw(); }
    setLevel(level) { this.state.level = level; this.redraw(); }
    get field() { return this.data.fields.find((f) => f.key === this.state.field); }

    sync() {
      const { state, data } = this;
      if (!data) return;
      this.choices(this.fieldButtons, data.fields.map((f) => [f.key, f.label]), state.field, (key) => { state.field = key; });
      const letters = data.cases.map((one, i) => [i, `${one.letter} ${one.heading}`]);
      this.caseGroup.hidden = letters.length < 2;
      this.choices(this.caseButtons, [...letters, ["all", "side by side"]], this.shown().length > 1 ? "all" : this.shown()[0], (key) => {
        state.only = key === "all" ? "all" : Number(key);
      });
      this.toggles[2].hidden = !this.drawing || !(this.outlined || this.drawing.outlines?.length);
      for (const button of this.toggles) button.setAttribute("aria-pressed", String(state[button.dataset.switch]));
      for (const button of this.buttons.slice(0, 4)) {
        const [turn, rise] = SIDES[button.dataset.switch];
        button.setAttribute("aria-pressed", String(Math.abs(turn - state.turn) < 1e-3 && Math.abs(rise - state.rise) < 1e-3));
      }
      for (const button of this.buttons.slice(4)) button.removeAttribute("aria-pressed");
      this.factor.value = state.factor;
      this.factorText.textContent = `×${state.factor}`;
      this.drawBar();
      this.redraw();
      this.onchange?.();
    }

    // which cases there is room for
    shown() {
      const all = this.data.cases.map((_, i) => i), { only } = this.state;
      if (only === "all" || all.length === 1) return all;
      if (only !== null) return [only];
      return this.stage.clientWidth / all.length >= 300 ? all : [all[all.length - 1]];
    }

    drawBar() {
      const f = this.field, stops = [];
      for (let i = 0; i <= 32; i++) stops.push(biomech.css(biomech.colour(f, f.from + ((f.to - f.from) * i) / 32)));
      const ticks = f.signed ? [f.from, f.from / 2, 0, f.to / 2, f.to] : [0, f.to / 2, f.to];
      this.bar.replaceChildren(
        el("div", { class: "ramp", style: `background:linear-gradient(90deg, ${stops.join(",")})`, role: "img", "aria-label": `Colours from ${f.low} to ${f.high}` }),
        el("div", { class: "ticks" }, ...ticks.map((v) => el("span", { text: biomech.number(v, f.decimals, f.signed) }))),
        el("div", { class: "ends" }, el("span", { text: `◂ ${f.low}` }), el("b", { text: `${f.label} (${f.unit})` }), el("span", { text: `${f.high} ▸` })));
    }

    // value of the field now, for every disc of a case
    values(one, key = this.state.field) {
      const [low, high, t] = biomech.around(one.places, this.state.place), n = this.data.levels.length, v = one.fields[key];
      return this.data.levels.map((_, i) => (v ? v[low * n + i] * (1 - t) + v[high * n + i] * t : NaN));
    }
    tiltNow(one) {
      const [low, high, t] = biomech.around(one.places, this.state.place);
      return one.tilt[low] * (1 - t) + one.tilt[high] * t;
    }

    // ---- drawing
    paint() {
      if (!this.data || !this.drawing?.skeletons || !this.stage.clientWidth) return;
      const shown = this.shown(), width = this.stage.clientWidth / shown.length, height = this.stage.clientHeight;
      this.drawing.begin(Math.min(2, devicePixelRatio || 1));
      this.picks = [];
      this.labels.replaceChildren();
      this.labels.setAttribute("viewBox", `0 0 ${this.stage.clientWidth} ${height}`);
      const scenes = shown.map((index) => this.scene(index, width, height));
      const half = Math.max(...scenes.map((scene) => scene.half)) / this.state.zoom;  // one scale for all cases
      scenes.forEach((scene, k) => this.paintCase({ ...scene, half }, k * width, width, height));
      this.describe(shown);
    }

    // a case at the moment shown: poses, how it leans, how much has to be seen
    scene(index, width, height) {
      const { state } = this, one = this.data.cases[index];
      const before = matrix.sample(one, one.reference, one.reference, 0);
      const now = matrix.exaggerated(one, matrix.pose(one, state.place), before, state.factor);
      const [low, high, t] = biomech.around(one.places, state.place);
      // a body is drawn to scale or not at all: enlarged changes would push the spine out of it
      const outline = state.body && state.factor === 1 ? one.outline?.[t > 0.5 ? high : low] : undefined;
      const box = outline === undefined ? [-120, -118, 96, Math.max(now[1][13], before[1][13]) + 16] : this.boxOf(one);
      const [back, bottom, front, top] = box;
      const g = [0, 1].map((i) => one.gravity[low][i] * (1 - t) + one.gravity[high][i] * t);
      const lean = state.tilt ? DOWN - Math.atan2(g[1], g[0]) : 0;
      const names = !state.tilt && outline === undefined && width > 240, room = names ? LABELS : 0;
      // mm either side of the middle, and the pixels there are for them
      const long = (top - bottom) / 2 + 6, deep = (front - back) / 2, c = Math.abs(Math.cos(lean)), d = Math.abs(Math.sin(lean));
      const half = (height / 2) * Math.max((long * c + deep * d) / (height / 2 - 22), (long * d + deep * c) / ((width - room) / 2 - 4));
      return { index, one, before, now, middle: [(front + back) / 2, (top + bottom) / 2], g, lean, names, room, half, outline };
    }

    // what all postures of a case fill, so that the picture keeps its scale while time runs
    boxOf(one) {
      const boxes = [...new Set(one.outline)].map((i) => this.drawing.outlines[i].box);
      return [0, 1, 2, 3].map((k) => Math[k < 2 ? "min" : "max"](...boxes.map((b) => b[k])));
    }

    paintCase({ index, one, before, now, middle, g, lean, names, room, half, outline }, left, width, height) {
      const { state, field } = this, aspect = width / height;
      // bodies turn about the middle of the spine; the camera goes round them
      let eye = matrix.multiply(matrix.about("z", lean), matrix.move(-middle[0], -middle[1], 0));
      eye = matrix.multiply(matrix.about("x", state.rise), matrix.multiply(matrix.about("y", state.turn), eye));
      const mm = (2 * half) / height;  // per px
      const shift = [state.pan[0] * mm - (room / 2) * mm, -state.pan[1] * mm];
      const camera = new Float32Array([1 / (half * aspect), 0, 0, 0, 0, 1 / half, 0, 0, 0, 0, -1 / 1500, 0, shift[0] / (half * aspect), shift[1] / half, 0, 1]);
      const values = this.values(one), colours = values.map((v) => biomech.colour(field, v));
      this.drawing.draw({ one, pose: now, before, colours, chosen: state.level, camera, eye, left, width, ghost: state.ghost, outline });
      const all = matrix.multiply(camera, eye);
      const pixel = (p) => {
        const [x, y] = matrix.apply(all, ...p);
        return [left + ((x + 1) / 2) * width, ((1 - y) / 2) * height];
      };
      const marks = this.drawing.marks(one, now);
      marks.forEach(([centre, front], i) => this.picks.push({ index, level: this.data.levels[i], at: pixel(centre), front: pixel(front) }));
      if (names) this.nameLevels(marks.map(([, front]) => pixel(front)), values, colours, left + width - LABELS + 8, height);
      this.caption(one, left, height, 1 / mm, lean, g);
    }

    nameLevels(fronts, values, colours, x, height) {
      const { levels } = this.data, f = this.field, pitch = (height - 62) / (levels.length - 1);
      const few = pitch < 13;
      const rows = levels.map((level, i) => i).filter((i) => !few || levels[i][0] === "L" || levels[i] === this.state.level);
      this.labels.append(el("svg:text", { x: x + LABELS - 12, y: 24, class: "small", "text-anchor": "end", text: f.unit }));
      const order = [...rows].sort((a, b) => fronts[a][1] - fronts[b][1]);
      const step = few ? 17 : pitch, start = few ? biomech.clamp(fronts[order[0]][1] - 10, 40, height - 20 - step * (order.length - 1)) : 44;
      order.forEach((i, k) => {
        const y = start + k * step, [px, py] = fronts[i], on = levels[i] === this.state.level;
        this.labels.append(
          el("svg:path", { d: `M${px + 3} ${py}L${x - 16} ${y}H${x - 4}`, class: "leader" }),
          el("svg:rect", { x, y: y - 5.5, width: 11, height: 11, rx: 2, fill: biomech.css(colours[i]), class: "chip" }),
          el("svg:text", { x: x + 15, y: y + 4, class: levels[i][0] === "L" || on ? "level strong" : "level", text: levels[i] }),
          el("svg:text", { x: x + LABELS - 12, y: y + 4, class: on ? "value strong" : "value", "text-anchor": "end", text: biomech.number(values[i], f.decimals, f.signed) }));
      });
    }

    caption(one, left, height, perMm, lean, g) {
      const { state } = this, many = this.data.cases.length > 1;
      const title = el("svg:text", { x: left + 10, y: 20, class: `case c${this.data.cases.indexOf(one)}` , text: many ? `${one.letter}  ${one.heading}` : one.heading });
      this.labels.append(title);
      const veil = state.body ? "; no outline: it is drawn to scale only" : "";
      if (state.factor > 1) this.labels.append(el("svg:text", { x: left + 10, y: 38, class: "alert", text: `changes ×${state.factor}${veil}` }));
      const bar = 50 * perMm, y = height - 14, lines = state.factor > 1 ? ["50 mm of bone,", `${(50 / state.factor).toFixed(1)} mm of change`] : ["50 mm"];
      this.labels.append(el("svg:path", { d: `M${left + 12} ${y}v${-bar}`, class: "scale" }),
        ...lines.map((text, i) => el("svg:text", { x: left + 19, y: y - bar / 2 + 4 + 13 * i, class: "small", text })));
      // gravity as it pulls in the picture, and how the body lies now
      const angle = Math.atan2(g[1], g[0]) + lean, cx = left + 24, cy = 62, d = [Math.cos(angle), -Math.sin(angle)];
      if (Math.abs(Math.sin(state.turn)) < 0.5) {
        this.labels.append(
          el("svg:path", { d: `M${cx - 13 * d[0]} ${cy - 13 * d[1]}L${cx + 13 * d[0]} ${cy + 13 * d[1]}M${cx + 13 * d[0] - 6 * d[0] + 4 * d[1]} ${cy + 13 * d[1] - 6 * d[1] - 4 * d[0]}L${cx + 13 * d[0]} ${cy + 13 * d[1]}L${cx + 13 * d[0] - 6 * d[0] - 4 * d[1]} ${cy + 13 * d[1] - 6 * d[1] + 4 * d[0]}`, class: "gravity" }),
          el("svg:text", { x: cx + 18, y: cy + 4, class: "small", text: "gravity" }));
      }
      this.labels.append(el("svg:text", { x: left + 10, y: 94, class: "small", text: `tilt ${biomech.number(this.tiltNow(one), 0)}°` }));
    }

    describe(shown) {
      const f = this.field;
      const text = shown.map((i) => {
        const one = this.data.cases[i], v = this.values(one), k = this.data.levels.indexOf("L4/L5");
        return `${one.heading}: tilt ${this.tiltNow(one).toFixed(0)} degrees, L4/L5 ${f.label.toLowerCase()} ${biomech.number(v[k], f.decimals, f.signed)} ${f.unit}`;
      }).join("; ");
      const label = `The spine in three dimensions. ${text}`;
      if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
    }

    // ---- mouse, fingers, keys
    listen() {
      const { canvas, state } = this, fingers = new Map();
      let moved = 0, gap = 0;
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, [event.clientX, event.clientY]);
        moved = 0;
        gap = 0;
      });
      canvas.addEventListener("pointermove", (event) => {
        const old = fingers.get(event.pointerId);
        if (!old) return;
        const dx = event.clientX - old[0], dy = event.clientY - old[1];
        fingers.set(event.pointerId, [event.clientX, event.clientY]);
        moved += Math.abs(dx) + Math.abs(dy);
        if (fingers.size === 2) {
          const [a, b] = [...fingers.values()], now = Math.hypot(a[0] - b[0], a[1] - b[1]);
          if (gap) state.zoom = biomech.clamp((state.zoom * now) / gap, 0.5, 8);
          gap = now;
        } else if (event.shiftKey || event.buttons === 2) state.pan = [state.pan[0] + dx, state.pan[1] + dy];
        else { state.turn += dx * 0.008; state.rise = biomech.clamp(state.rise + dy * 0.008, -1.5, 1.5); }
        this.sync();
      });
      const up = (event) => {
        if (fingers.delete(event.pointerId) && event.type === "pointerup" && moved < 5) this.pick(event);
        gap = 0;
      };
      canvas.addEventListener("pointerup", up);
      canvas.addEventListener("pointercancel", up);
      canvas.addEventListener("contextmenu", (event) => event.preventDefault());
      canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;  // the page scrolls; pinching and Ctrl zoom
        event.preventDefault();
        state.zoom = biomech.clamp(state.zoom * Math.exp(-event.deltaY * 0.002), 0.5, 8);
        this.sync();
      }, { passive: false });
      canvas.addEventListener("keydown", (event) => {
        const act = {
          ArrowLeft: () => { state.turn -= 0.12; }, ArrowRight: () => { state.turn += 0.12; },
          ArrowUp: () => { state.rise = Math.max(-1.5, state.rise - 0.12); }, ArrowDown: () => { state.rise = Math.min(1.5, state.rise + 0.12); },
          "+": () => { state.zoom = Math.min(8, state.zoom * 1.15); }, "=": () => { state.zoom = Math.min(8, state.zoom * 1.15); },
          "-": () => { state.zoom = Math.max(0.5, state.zoom / 1.15); },
          0: () => { Object.assign(state, { turn: 0, rise: 0, zoom: 1, pan: [0, 0] }); },
        }[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
        this.sync();
      });
    }

    pick(event) {
      const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      const far = ({ at, front }) => {  // from the line between centre and front of a disc
        const d = [front[0] - at[0], front[1] - at[1]], l = d[0] ** 2 + d[1] ** 2;
        const t = l ? biomech.clamp(((x - at[0]) * d[0] + (y - at[1]) * d[1]) / l, 0, 1) : 0;
        return Math.hypot(x - at[0] - t * d[0], y - at[1] - t * d[1]);
      };
      const near = (this.picks || []).map((p) => [far(p), p]).sort((a, b) => a[0] - b[0])[0];
      const level = near && near[0] < 16 ? near[1].level : null;
      this.setLevel(level);
      this.onpick(level);
    }
  };
})();
