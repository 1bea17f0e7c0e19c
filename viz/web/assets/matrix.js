"use strict";
// 4 × 4 matrices, column by column as WebGL takes them, and the poses of a case.
(() => {
  const matrix = (biomech.matrix = {});

  matrix.multiply = (a, b) => {
    const out = new Float32Array(16);
    for (let column = 0; column < 4; column++) {
      for (let row = 0; row < 4; row++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += a[4 * k + row] * b[4 * column + k];
        out[4 * column + row] = sum;
      }
    }
    return out;
  };
  matrix.apply = (m, x, y, z, w = 1) => [0, 1, 2].map((row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row] * w);
  matrix.move = (x, y, z) => new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]);
  matrix.about = (axis, angle) => {
    const c = Math.cos(angle), s = Math.sin(angle);
    if (axis === "x") return new Float32Array([1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1]);
    if (axis === "y") return new Float32Array([c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1]);
    return new Float32Array([c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  };

  // place and quaternion (scalar first) as a matrix
  matrix.frame = (p, q) => {
    const n = Math.hypot(...q) || 1, [w, x, y, z] = q.map((v) => v / n);
    return new Float32Array([
      1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y), 0,
      2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x), 0,
      2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y), 0,
      p[0], p[1], p[2], 1,
    ]);
  };
  // the inverse of a frame, applied to a point
  const into = (m, p) => {
    const d = [p[0] - m[12], p[1] - m[13], p[2] - m[14]];
    return [0, 1, 2].map((i) => m[4 * i] * d[0] + m[4 * i + 1] * d[1] + m[4 * i + 2] * d[2]);
  };

  // frames of all bodies at an axis position, straight between the samples
  matrix.pose = (one, place) => {
    const [low, high, t] = biomech.around(one.places, place);
    return matrix.sample(one, low, high, t);
  };
  matrix.sample = (one, low, high, t) => {
    const count = one.sizes.length, out = [];
    for (let body = 0; body < count; body++) {
      const a = 7 * (low * count + body), b = 7 * (high * count + body), v = [];
      let same = 0;
      for (let k = 3; k < 7; k++) same += one.poses[a + k] * one.poses[b + k];
      for (let k = 0; k < 7; k++) {
        const turn = k > 2 && same < 0 ? -1 : 1;  // the shorter way round
        v.push(one.poses[a + k] * (1 - t) + turn * one.poses[b + k] * t);
      }
      out.push(matrix.frame(v.slice(0, 3), v.slice(3)));
    }
    return out;
  };

  // What every joint opens, along the bone below, enlarged against the reference: bones keep size and angle, the sacrum stays.
  matrix.exaggerated = (one, now, before, factor) => {
    if (factor === 1) return now;
    const drawn = new Array(now.length), last = now.length - 1;
    drawn[last] = now[last];
    for (let above = last - 1; above >= 0; above--) {
      const below = above + 1, foot = (pose) => matrix.apply(pose[above], 0, one.feet[above], 0);
      const a = into(before[below], foot(before)), b = into(now[below], foot(now));
      const wanted = matrix.apply(drawn[below], b[0], a[1] + factor * (b[1] - a[1]), b[2]);
      const has = foot(now), frame = new Float32Array(now[above]);
      for (let i = 0; i < 3; i++) frame[12 + i] += wanted[i] - has[i];
      drawn[above] = frame;
    }
    return drawn;
  };
})();
