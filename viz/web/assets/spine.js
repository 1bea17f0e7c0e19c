"use strict";
// Draws spines with WebGL2: bones lit, discs in their data colour unlit, each case in its own strip of the canvas.
(() => {
  const HEAD = "#version 300 es\nprecision highp float;\n";
  const BONE_VERTEX = `
layout(location=0) in vec3 place; layout(location=1) in vec4 look;
uniform mat4 camera, eye, body; uniform vec3 low, stride, size;
out vec3 normal; out float open;
void main() {
  vec4 at = eye * body * vec4((low + place * stride) * size, 1.0);
  normal = mat3(eye) * mat3(body) * (look.xyz / size);
  open = look.w;
  gl_Position = camera * at;
}`;
  // daylight from the upper left, a cool fill from the right, sky from above; hollows are darker and browner
  const BONE_PIXEL = `
in vec3 normal; in float open; uniform vec4 tint; uniform float ghost; out vec4 colour;
void main() {
  vec3 n = normalize(normal); if (n.z < 0.0) n = -n;
  if (ghost > 0.5) { float edge = pow(1.0 - n.z, 2.0); colour = vec4(tint.rgb, 1.0) * (tint.a * (0.10 + 0.90 * edge)); return; }
  float key = max(dot(n, vec3(-0.52, 0.55, 0.654)), 0.0), fill = max(dot(n, vec3(0.85, -0.05, 0.524)), 0.0), sky = 0.5 + 0.5 * n.y;
  float shine = pow(max(dot(n, normalize(vec3(-0.52, 0.55, 1.654))), 0.0), 24.0) * 0.10 * open;
  vec3 bone = mix(tint.rgb * vec3(0.52, 0.40, 0.31), tint.rgb, smoothstep(0.15, 0.92, open));
  colour = vec4(bone * (0.24 + 0.56 * key + 0.20 * fill + 0.22 * sky) + shine, 1.0);
}`;
  // a disc vertex hangs on the bone below and the bone above, both weighted
  const DISC_VERTEX = `
layout(location=0) in vec4 under; layout(location=1) in vec4 over;
uniform mat4 camera, eye, below, above; uniform vec3 lower, upper; uniform float unit;
out vec3 seen; out float height;
void main() {
  height = under.w / 32767.0;
  vec4 at = below * vec4(under.xyz * unit * lower, 1.0 - height) + above * vec4(over.xyz * unit * upper, height);
  vec4 v = eye * vec4(at.xyz, 1.0); seen = v.xyz; gl_Position = camera * v;
}`;
  const DISC_PIXEL = `
in vec3 seen; in float height; uniform vec3 tint; uniform float chosen; out vec4 colour;
void main() {
  vec3 n = normalize(cross(dFdx(seen), dFdy(seen)));
  float rim = 1.0 - smoothstep(0.015, 0.075, min(height, 1.0 - height));
  vec3 c = mix(tint * (0.90 + 0.10 * abs(n.z)), vec3(0.20, 0.14, 0.11), 0.75 * rim);
  colour = vec4(mix(c, vec3(1.0, 0.85, 0.1), chosen * max(rim, 0.12)), 1.0);
}`;
  const BONE = [0.97, 0.925, 0.835, 1], GHOST = [0.25, 0.5, 0.75, 0.4], SKIN = [0.45, 0.58, 0.70, 0.75];
  const STILL = biomech.matrix.move(0, 0, 0), ALL = [1, 1, 1];

  biomech.SpineDrawing = class {
    constructor(canvas) {
      this.canvas = canvas;
      this.gl = canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true, preserveDrawingBuffer: true });
      if (!this.gl) throw new Error("WebGL2 is missing");
      this.kept = [[]];
      this.start();
      canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
      canvas.addEventListener("webglcontextrestored", () => { this.start(); this.load(...this.kept); this.onrestored?.(); });
    }

    start() {
      this.bone = this.program(BONE_VERTEX, BONE_PIXEL);
      this.disc = this.program(DISC_VERTEX, DISC_PIXEL);
    }

    program(vertex, pixel) {
      const gl = this.gl, made = gl.createProgram();
      for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, pixel]]) {
        const shader = gl.createShader(kind);
        gl.shaderSource(shader, HEAD + text);
        gl.compileShader(shader);
        gl.attachShader(made, shader);
      }
      gl.linkProgram(made);
      if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(made) || "shader");
      const places = {};
      for (let i = 0; i < (gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS) || 0); i++) {
        const { name } = gl.getActiveUniform(made, i);
        places[name] = gl.getUniformLocation(made, name);
      }
      return { made, places };
    }

    // skeletons, and outlines of the body, as {…header, buffer}
    load(skeletons, outlines = []) {
      for (const old of this.skeletons || []) for (const mesh of [...old.bones, ...old.discs]) this.gl.deleteVertexArray(mesh.array);
      for (const old of this.outlines || []) this.gl.deleteVertexArray(old.array);
      this.kept = [skeletons, outlines];
      this.outlines = outlines.map((o) => ({ ...o, array: this.boneArray(o, o) }));
      this.skeletons = skeletons.map((s) => ({
        ...s,
        bones: s.bones.map((b) => ({ ...b, array: this.boneArray(s, b) })),
        discs: s.discs.map((d) => ({ ...d, array: this.discArray(s, d) })),
      }));
    }

    fill(kind, buffer, start, bytes) {
      const gl = this.gl, made = gl.createBuffer();
      gl.bindBuffer(kind, made);
      gl.bufferData(kind, new Uint8Array(buffer, start, bytes), gl.STATIC_DRAW);
    }

    boneArray(s, b) {
      const gl = this.gl, array = gl.createVertexArray(), vertices = (b.looks - b.points) / 8;
      gl.bindVertexArray(array);
      this.fill(gl.ARRAY_BUFFER, s.buffer, b.points, 8 * vertices);
      gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 3, gl.UNSIGNED_SHORT, false, 8, 0);
      this.fill(gl.ARRAY_BUFFER, s.buffer, b.looks, 4 * vertices);
      gl.enableVertexAttribArray(1);
      gl.vertexAttribPointer(1, 4, gl.BYTE, true, 4, 0);
      this.fill(gl.ELEMENT_ARRAY_BUFFER, s.buffer, b.faces, b.count * (b.wide ? 4 : 2));
      gl.bindVertexArray(null);
      return array;
    }

    discArray(s, d) {
      const gl = this.gl, array = gl.createVertexArray();
      gl.bindVertexArray(array);
      this.fill(gl.ARRAY_BUFFER, s.buffer, d.points, 16 * s.disc_points);
      for (const [at, from] of [[0, 0], [1, 8]]) {
        gl.enableVertexAttribArray(at);
        gl.vertexAttribPointer(at, 4, gl.SHORT, false, 16, from);
      }
      this.fill(gl.ELEMENT_ARRAY_BUFFER, s.buffer, s.disc_faces, 2 * s.disc_count);
      gl.bindVertexArray(null);
      return array;
    }

    begin(ratio) {
      const gl = this.gl, canvas = this.canvas;
      const width = Math.max(1, Math.round(canvas.clientWidth * ratio)), height = Math.max(1, Math.round(canvas.clientHeight * ratio));
      if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
      this.ratio = ratio;
      gl.disable(gl.SCISSOR_TEST);
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.enable(gl.DEPTH_TEST);
    }

    // one case in the strip [left, left + width) of the canvas, CSS pixels
    draw({ one, pose, before, colours, chosen, camera, eye, left, width, ghost, outline }) {
      const gl = this.gl, s = this.skeletons[one.skeleton || 0], r = this.ratio;
      if (!s || gl.isContextLost()) return;
      gl.viewport(Math.round(left * r), 0, Math.round(width * r), this.canvas.height);
      const scale = one.sizes.map((size, body) => size.map((v, k) => v / s.sizes[body][k]));
      this.use(this.bone, camera, eye);
      gl.enable(gl.CULL_FACE);  // bones are closed: their insides are never seen
      for (const b of s.bones) this.drawBone(b, pose[b.body], scale[b.body], BONE, 0);
      gl.disable(gl.CULL_FACE);
      this.use(this.disc, camera, eye);
      const u = this.disc.places;
      gl.uniform1f(u.unit, s.disc_unit);
      s.discs.forEach((d, i) => {
        gl.uniformMatrix4fv(u.below, false, pose[d.below]);
        gl.uniformMatrix4fv(u.above, false, pose[d.above]);
        gl.uniform3fv(u.lower, scale[d.below]);
        gl.uniform3fv(u.upper, scale[d.above]);
        gl.uniform3fv(u.tint, colours[i]);
        gl.uniform1f(u.chosen, d.level === chosen ? 1 : 0);
        gl.bindVertexArray(d.array);
        gl.drawElements(gl.TRIANGLES, s.disc_count, gl.UNSIGNED_SHORT, 0);
      });
      const body = this.outlines?.[outline];
      if (ghost || body) {
        this.use(this.bone, camera, eye);
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
        gl.depthMask(false);
        if (ghost) for (const b of s.bones) this.drawBone(b, before[b.body], scale[b.body], GHOST, 1);
        if (body) this.drawBone(body, STILL, ALL, SKIN, 1);
        gl.depthMask(true);
        gl.disable(gl.BLEND);
      }
      gl.bindVertexArray(null);
    }

    use(program, camera, eye) {
      this.gl.useProgram(program.made);
      this.gl.uniformMatrix4fv(program.places.camera, false, camera);
      this.gl.uniformMatrix4fv(program.places.eye, false, eye);
    }

    drawBone(b, frame, scale, tint, ghost) {
      const gl = this.gl, u = this.bone.places;
      gl.uniformMatrix4fv(u.body, false, frame);
      gl.uniform3fv(u.low, b.low);
      gl.uniform3fv(u.stride, b.step);
      gl.uniform3fv(u.size, scale);
      gl.uniform4fv(u.tint, tint);
      gl.uniform1f(u.ghost, ghost);
      gl.bindVertexArray(b.array);
      gl.drawElements(gl.TRIANGLES, b.count, b.wide ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT, 0);
    }

    // centre and front of every disc in a pose, in the space of the pose
    marks(one, pose) {
      const s = this.skeletons[one.skeleton || 0];
      const size = (body) => one.sizes[body].map((v, k) => v / s.sizes[body][k]);
      return s.discs.map((d) => {
        const a = size(d.below), b = size(d.above);
        return d.marks.map(([x, y, z, u, v, w, share]) => {
          const low = biomech.matrix.apply(pose[d.below], x * a[0], y * a[1], z * a[2], 1 - share);
          const high = biomech.matrix.apply(pose[d.above], u * b[0], v * b[1], w * b[2], share);
          return low.map((value, i) => value + high[i]);
        });
      });
    }
  };
})();
