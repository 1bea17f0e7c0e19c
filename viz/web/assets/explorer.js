"use strict";
// The explorer: settings → the server simulates → view, words, curves and bars. One question of a kind at a time, the latest wins.
(() => {
  const { el } = biomech;
  const { choices } = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const copy = (value) => JSON.parse(JSON.stringify(value));
  let settings = copy(choices.start), kept = null, data = null, place = null;

  // ---- asking: while a slider moves for the spine alone, which is quick; for everything when it is let go
  // a preview does not wait until the whole answer to something older is there
  const open = { preview: false, whole: false }, again = { preview: false, whole: false };
  let moving = false, changedAt = 0, lost = null, asked = 0, shown = 0;
  const ask = async (path, body) => {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) {
      const said = await response.json().catch(() => ({}));
      throw Object.assign(new Error(said.error || `the server answers ${response.status}`), { key: said.key, told: true });
    }
    return response;
  };
  const complain = (text, key = "") => {
    find("alert").hidden = !text;
    find("alert").textContent = text;
    document.body.classList.toggle("stale", Boolean(text));
    for (const input of find("form").querySelectorAll("[data-key]")) {
      if (key && input.dataset.key === key) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    }
  };
  const changed = (still = false) => {
    changedAt = performance.now();
    moving = still;
    history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(settings))}`);
    update();
  };
  const update = async () => {
    const kind = moving ? "preview" : "whole";
    if (open[kind]) { again[kind] = true; return; }
    open[kind] = true;
    const turn = ++asked, since = changedAt, slow = setTimeout(() => { find("status").textContent = "simulating …"; }, 600);
    const question = copy({ cases: kept ? [kept, settings] : [settings], ...(moving ? { only: "spine" } : {}) });
    try {
      const answer = await (await ask("simulate", question)).json();
      if (answer.superseded) { again.whole = true; return; }
      if (turn < shown) return;  // something newer is on the screen
      shown = turn;
      complain("");
      show({ ...answer, question: question.cases });
      requestAnimationFrame(() => setTimeout(() => {
        biomech.answeredIn = performance.now() - since;
        biomech.answers = (biomech.answers || 0) + (answer.preview ? 0 : 1);
        biomech.previews = (biomech.previews || 0) + (answer.preview ? 1 : 0);
        find("status").textContent = `${answer.preview ? "preview, spine alone" : "answered"} in ${Math.round(biomech.answeredIn)} ms, ${answer.simulation_ms} ms of them simulation`;
      }));
    } catch (error) {
      if (!error.told) disconnected();
      else if (turn >= shown) { shown = turn; complain(error.message, error.key); }
    } finally {
      clearTimeout(slow);
      open[kind] = false;
      // what was to be asked again while somebody began to move, or let go, is asked by that
      const still = kind === (moving ? "preview" : "whole"), wanted = again[kind];
      again[kind] = false;
      if (wanted && still && !lost) update();
    }
  };
  const disconnected = () => {
    complain("The connection to biomech is lost: was `biomech app` stopped? What you see is the last answer. Trying again …");
    find("status").textContent = "no connection";
    if (lost) return;
    lost = setInterval(async () => {
      const alive = await fetch("alive").then((r) => r.ok, () => false);
      if (!alive) return;
      clearInterval(lost);
      lost = null;
      again.preview = again.whole = false;
      update();
    }, 1500);
  };

  // ---- showing
  const view = new biomech.View(find("view"), { onpick: (level) => choose(level), aside: find("switches"), outlined: true });
  const readout = new biomech.Readout(find("switches"));
  const bars = new biomech.Bars(find("bars"), { onpick: (level) => choose(level) });
  const player = new biomech.Player(view.below, { onplace: (p) => go(p) });
  const charts = new biomech.Charts(find("charts"), { onplace: (p) => { player.stop(); go(p); } });
  const refresh = () => { if (data) { bars.show(view); readout.show(view, view.state.level); needOutlines(); } };
  view.onchange = refresh;
  const choose = (level) => { view.setLevel(level); refresh(); };
  const go = (p) => {
    place = p;
    view.setPlace(p);
    player.setPlace(p);
    charts.setPlace(p);
    refresh();
  };

  const show = (answer) => {
    remember(answer);
    const last = answer.cases.length - 1, ended = place === null || atEnd;
    data = answer;
    needBones();
    dress();
    view.state.place = ended ? answer.cases[last].places[answer.cases[last].end] : place;
    view.setData(answer);
    player.setData(answer);
    charts.setData(answer);
    go(view.state.place);
    cards();
    words();
    blood();
  };
  // a preview lacks the circulation: what was last known of it stays, faded, until the whole answer is there
  let whole = null;
  const remember = (answer) => {
    document.body.classList.toggle("preview", answer.preview);
    if (!answer.preview) { whole = answer; return; }
    answer.blood = whole?.blood ?? [];
    answer.cases.forEach((one, i) => {
      const before = whole?.cases[i];
      if (!before) return;
      const has = new Set(one.curves.map((c) => c.key));
      one.curves.push(...before.curves.filter((c) => !has.has(c.key)).map((c) => ({ ...c, old: true })));
      one.old = Object.keys(before.measures).filter((key) => !(key in one.measures));
      for (const key of one.old) one.measures[key] = before.measures[key];
    });
  };
  // the moment shown stays "the end of the hold" while the hold changes, unless somebody moved it
  let atEnd = true;
  for (const node of [find("charts"), view.below]) node.addEventListener("input", () => { atEnd = false; }, true);
  find("charts").addEventListener("pointerdown", () => { atEnd = false; }, true);

  const CARDS = [
    ["lumbar_length_change_mm", "Lower back, L1–S1", "mm", 2, true], ["spine_length_change_mm", "Column, C7–S1", "mm", 2, true],
    ["stature_gain_mm", "Stature, 1 min after standing up", "mm", 2, true], ["stature_gain_40min_mm", "Stature, 40 min after", "mm", 2, true],
    ["net_traction_N", "Pull at L5/S1 before muscle", "N", 0, true], ["friction_used_N", "Held by friction", "N", 0, false],
    ["iop_mmHg", "Eye pressure", "mmHg", 1, false], ["map_brain_mmHg", "Arterial pressure, brain", "mmHg", 0, false],
    ["heart_rate_per_min", "Heart rate", "/min", 0, false], ["icp_mmHg", "Pressure in the skull", "mmHg", 1, false],
  ];
  const cards = () => {
    const many = data.cases.length > 1;
    find("cards").replaceChildren(...CARDS.filter(([key]) => data.cases.some((one) => one.measures[key])).map(([key, label, unit, decimals, signed]) =>
      el("div", { class: data.cases.some((one) => one.old?.includes(key)) ? "card waiting" : "card", "data-measure": key }, el("h3", { text: label }), ...data.cases.map((one, i) => el("p", { class: "big" },
        many ? el("b", { class: `letter c${i}`, text: one.letter }) : null,
        ` ${one.measures[key] ? biomech.number(one.measures[key].value, decimals, signed) : "–"}`)), el("p", { class: "quiet", text: unit }))));
  };
  const words = () => {
    const beyond = data.warnings.length ? [el("div", { class: "note warn" }, el("b", { text: "Beyond what is known:" }), el("ul", {}, ...data.warnings.map((text) => el("li", { text }))))] : [];
    find("words").replaceChildren(...beyond, ...data.summary.flatMap((p) => [el("h3", { text: p.heading }), ...p.sentences.map((s) => el("p", { text: s }))]));
  };
  const blood = () => {
    find("circulation").hidden = !data.blood.length;
    const head = el("tr", {}, el("th"), el("th", { scope: "col", text: "standing" }), ...data.cases.map((one) => el("th", { scope: "col", text: data.cases.length > 1 ? one.letter : "now" })), el("th"));
    find("blood").replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Circulation" }, el("table", { class: "numbers" }, el("thead", {}, head),
      el("tbody", {}, ...data.blood.map((r) => el("tr", {}, el("th", { scope: "row", text: r.label }), el("td", { text: r.standing }), ...r.values.map((v) => el("td", { text: v })), el("td", { class: "unit", text: r.unit })))))));
  };

  // ---- bones: asked for when somebody appears who needs others
  const skeletons = [], known = new Map();
  const needBones = () => {
    data.cases.forEach((one, i) => {
      if (!known.has(one.likeness)) { known.set(one.likeness, null); fetchBones(one.likeness, data.cases.length > 1 && i === 0 ? kept : settings); }
      one.skeleton = known.get(one.likeness) ?? 0;  // until they come, those of somebody else in proportion
    });
  };
  const fetchBones = async (likeness, who) => {
    try {
      const buffer = await (await ask("skeleton", { cases: [copy(who)] })).arrayBuffer();
      const size = new DataView(buffer).getUint32(0, true);
      const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
      known.set(likeness, skeletons.push({ ...header, buffer: buffer.slice(4 + size) }) - 1);
      for (const one of data.cases) one.skeleton = known.get(one.likeness) ?? 0;
      view.setSkeletons(skeletons, outlines);
    } catch (error) {
      known.delete(likeness);
      view.message.textContent = error.told ? error.message : "";
      view.message.hidden = !error.told;
    }
    document.documentElement.dataset.ready = "yes";
  };

  // ---- outlines: asked for after a whole answer while they are to be seen; until they come those of the answer before stay
  let outlines = [], worn = [], asking = false, dressed = null;
  const dress = () => data.cases.forEach((one, i) => {
    const known = worn[i];
    one.outline = known && one.places.map((p) => { const [low, high, t] = biomech.around(known.places, p); return known.outline[t > 0.5 ? high : low]; });
  });
  const needOutlines = async () => {
    if (!view.state.body || asking || data.preview || dressed === data) return;
    asking = true;
    dressed = data;
    try {
      const found = await (await ask("outline", { cases: data.question })).json();
      if (found.superseded) { dressed = null; return; }
      outlines = await Promise.all(found.outlines.map(async (o) => ({ ...o, buffer: await biomech.unzip(biomech.bytes(o.block)) })));
      worn = found.cases;
      dress();
      view.setSkeletons(skeletons, outlines);
    } catch { /* bones say what is missing; after the next answer it is asked again */ } finally {
      asking = false;
      if (dressed !== null) needOutlines();
    }
  };

  // ---- controls
  const form = find("form"), at = (path) => path.split(".").reduce((o, k) => o?.[k], settings);
  const put = (path, value) => {
    const [table, key] = path.split(".");
    settings[table] ??= {};
    if (value === null) delete settings[table][key]; else settings[table][key] = value;
  };
  const controls = [];
  // a slider and a number for the same value
  const dial = (key, label, { low, high, step, unit, scale = 1 }) => {
    const id = key.replace(".", "-");
    const slider = el("input", { type: "range", id, min: low, max: high, step, "data-key": key });
    const box = el("input", { type: "number", min: low, max: high, step: "any", "data-key": key, "aria-label": `${label}, ${unit}`, inputmode: "decimal" });
    const take = (value, still = false) => {
      if (value === "" || !Number.isFinite(Number(value))) { complain(`${label}: that is no number`, key); return; }
      put(key, Number((Number(value) * scale).toFixed(6)));
      fill();
      changed(still);
    };
    slider.addEventListener("input", () => take(slider.value, true));
    slider.addEventListener("change", () => take(slider.value));
    // a slider let go where it was grasped tells of no change
    const letGo = () => setTimeout(() => { if (moving) take(slider.value); });
    for (const end of ["pointerup", "pointercancel", "blur"]) slider.addEventListener(end, letGo);
    box.addEventListener("change", () => take(box.value));
    const fill = () => {
      const value = at(key);
      if (value === undefined) return;
      slider.value = value / scale;
      box.value = Number((value / scale).toFixed(4));
    };
    const node = el("div", { class: "dial" }, el("label", { for: id, text: label }), el("span", { class: "boxed" }, box, el("span", { class: "quiet unit", text: unit })), slider);
    const control = { key, node, slider, box, fill, limits: (a, b) => { for (const input of [slider, box]) { input.min = a; input.max = b; } } };
    controls.push(control);
    return control;
  };
  const pick = (key, label, options, take) => {
    const id = key.replace(".", "-");
    const select = el("select", { id, "data-key": key }, ...options.map(([value, text]) => el("option", { value, text })));
    select.addEventListener("change", () => { take(select.value); changed(); });
    return { node: el("div", { class: "dial" }, el("label", { for: id, text: label }), select), select };
  };

  const gear = () => choices.equipment.find((e) => e.name === settings.equipment.model);
  const condition = () => settings.person.conditions[0];
  const angle = dial("session.angle_deg", "Angle", { low: -90, high: 90, step: 1, unit: "°" });
  const equipment = pick("equipment.model", "Equipment", choices.equipment.map((e) => [e.name, e.title]), (name) => {
    settings.equipment = { model: name };
    const e = gear();
    if (e.fixed !== null) delete settings.session.angle_deg;
    else settings.session.angle_deg = biomech.clamp(angle.wanted ?? 60, e.lowest, e.highest);
    arrange();
  });
  const hold = dial("session.hold_s", "Hold", { low: 0.5, high: 30, step: 0.5, unit: "min", scale: 60 });
  const sets = dial("session.sets", "Sets", { low: 1, high: 5, step: 1, unit: "" });
  const friction = dial("equipment.friction", "Friction of the back", { low: 0, high: 1, step: 0.01, unit: "" });
  const pull = dial("equipment.force_percent_bw", "Pull", { low: 0, high: 80, step: 1, unit: "% weight" });
  const mass = dial("person.mass_kg", "Weight", { low: 40, high: 150, step: 1, unit: "kg" });
  const stature = dial("person.stature_m", "Height", { low: 1.4, high: 2.05, step: 0.01, unit: "m" });
  const body = pick("person.body", "Body", choices.bodies.map((b) => [b.name, b.title.replace(/, reference.*/, "")]), (name) => { settings.person.body = name; });
  const awake = dial("history.awake_h", "Hours up before", { low: 0, high: 16, step: 0.5, unit: "h" });
  const ill = pick("person.conditions", "Condition", [["", "none"], ...choices.conditions.map((c) => [c.name, c.title])], (name) => {
    const c = choices.conditions.find((one) => one.name === name);
    settings.person.conditions = c ? [{ name, ...(c.level ? { level: c.level } : {}), ...(c.grades.length ? { grade: c.grade ?? c.grades[0] } : {}) }] : [];
    arrange();
  });
  const level = pick("condition.level", "Level", choices.levels.map((l) => [l, l]), (value) => { condition().level = value; });
  const grade = pick("condition.grade", "Grade", ["I", "II", "III", "IV", "V"].map((g) => [g, g]), (value) => { condition().grade = value; });
  angle.slider.addEventListener("input", () => { angle.wanted = at("session.angle_deg"); });
  const fixed = el("p", { class: "quiet small" });
  form.append(equipment.node, angle.node, fixed, pull.node, hold.node, body.node, mass.node, stature.node, ill.node, level.node, grade.node,
    el("details", {}, el("summary", { text: "More" }), sets.node, friction.node, awake.node));
  form.addEventListener("submit", (event) => event.preventDefault());

  // fields as the settings are, and only those that mean something
  const arrange = () => {
    const e = gear(), c = choices.conditions.find((one) => one.name === condition()?.name);
    equipment.select.value = settings.equipment.model;
    body.select.value = settings.person.body;
    ill.select.value = condition()?.name ?? "";
    angle.limits(e.lowest, e.highest);
    angle.node.hidden = e.fixed !== null;
    fixed.textContent = e.fixed !== null ? `The angle of this is fixed: ${biomech.number(e.fixed, 0)}°.` : "0° lying, + head-down, −90° standing";
    friction.node.hidden = !e.friction;
    pull.node.hidden = !e.pull;
    if (e.friction) settings.equipment.friction ??= e.friction.value;
    if (e.pull) settings.equipment.force_percent_bw ??= e.pull.value;
    level.node.hidden = !condition()?.level;
    grade.node.hidden = !condition()?.grade;
    if (condition()?.level) level.select.value = condition().level;
    if (condition()?.grade) {
      grade.select.replaceChildren(...c.grades.map((g) => el("option", { value: g, text: g })));
      grade.select.value = condition().grade;
    }
    for (const control of controls) control.fill();
  };

  find("keep").addEventListener("click", () => {
    kept = kept ? null : copy(settings);
    find("keep").textContent = kept ? "Let A go" : "Keep as A to compare";
    find("keep").setAttribute("aria-pressed", String(Boolean(kept)));
    changed();
  });
  find("file").addEventListener("click", () => {
    if (!data) return;
    const link = el("a", { href: URL.createObjectURL(new Blob([data.cases[data.cases.length - 1].scenario], { type: "application/toml" })), download: "scenario.toml" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // a page that is opened again begins where it was left
  try {
    const saved = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    if (saved?.person?.body && Array.isArray(saved.person.conditions) && choices.equipment.some((e) => e.name === saved.equipment?.model) && saved.session) settings = saved;
  } catch { /* nothing was kept */ }
  arrange();
  changed();
})();
