"use strict";
// Small things every script of a page uses. One namespace, no library.
const biomech = {};

(() => {
  // an element with attributes and children; text is text, never markup
  biomech.el = (tag, attributes = {}, ...children) => {
    const svg = tag.startsWith("svg:");
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "text") node.textContent = value;
      else if (name === "style") node.style.cssText = value;  // by the object model: the page's policy stays strict
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  biomech.bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  biomech.floats = (text) => new Float32Array(biomech.bytes(text).buffer);
  biomech.unzip = async (bytes) =>
    new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

  // numbers as the tables write them: a proper minus, a sign only where it means something
  biomech.number = (value, decimals, signed = false) => {
    if (!Number.isFinite(value)) return "–";
    const text = Math.abs(value).toFixed(decimals);
    if (Number(text) === 0) return text;
    return (value < 0 ? "\u2212" : signed ? "+" : "") + text;
  };
  biomech.clock = (seconds) => {
    const whole = Math.round(seconds), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, s = whole % 60;
    if (h) return `${h} h ${m} min`;
    return m ? `${m} min ${s} s` : `${s} s`;
  };
  biomech.clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  biomech.calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // where a value lies in a colour ramp, as [r, g, b] of 0–1
  biomech.colour = (field, value) => {
    if (!Number.isFinite(value)) return [0.6, 0.6, 0.6];
    const last = field.ramp.length / 3 - 1;
    const t = biomech.clamp((value - field.from) / (field.to - field.from), 0, 1) * last;
    const i = Math.min(last - 1, Math.floor(t)), f = t - i;
    return [0, 1, 2].map((k) => (field.ramp[3 * i + k] * (1 - f) + field.ramp[3 * i + 3 + k] * f) / 255);
  };
  biomech.css = (rgb) => `rgb(${rgb.map((v) => Math.round(255 * v)).join(" ")})`;

  // calls once per frame at most, however often it is asked
  biomech.later = (work) => {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; work(); });
    };
  };

  // the two samples around an axis position, and how far between them
  biomech.around = (places, place) => {
    let low = 0, high = places.length - 1;
    if (place <= places[0]) return [0, 0, 0];
    if (place >= places[high]) return [high, high, 0];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle] <= place) low = middle; else high = middle;
    }
    const span = places[high] - places[low];
    return [low, high, span > 0 ? (place - places[low]) / span : 1];
  };
})();
