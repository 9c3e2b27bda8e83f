// Several pictures of one thing, compared: slider, grid, blink, difference, and where a method that
// draws from noise varies with it. Coordinates of the view
// are shares of the picture (0 to 1), so pictures of different sizes lie over each other; the zoom
// is in screen pixels a pixel of the largest picture. Pieces are fetched as they come into sight.

const MODES = ["slider", "grid", "blink", "difference", "invented"];
const HANDLE = 18, LENS = 90, LENS_ZOOM = 3, BLINK_MS = 700, MOST_PIECES = 400, MOST_ZOOM = 32;
const GAINS = [1, 2, 4, 8, 16];

export default function ({ data, parentElement }) {
  const host = parentElement;
  host.viewer ??= new Viewer(host);
  host.viewer.show(data);
  const viewer = host.viewer;
  return () => { viewer.close(); delete host.viewer; };
}

class Viewer {
  constructor(host) {
    this.root = host.querySelector(".viewer");
    this.canvas = this.root.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.pieces = new Map();
    this.mode = "slider";
    this.split = 0.5;
    this.gain = 4;
    this.lens = false;
    this.pointers = new Map();
    this.pointer = null;
    this.front = true;
    this.known = "";
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.root.querySelector(".stage"));
    this.listen();
  }

  close() {
    this.resizer.disconnect();
    clearInterval(this.timer);
    cancelAnimationFrame(this.frame);
  }

  show(data) {
    const before = this.data;
    this.data = data;
    this.layers = data.layers;
    const ids = this.layers.map(l => l.id);
    if (!before || before.picture !== data.picture) {
      this.a = this.b = undefined;
      this.view = null;
    }
    if (!ids.includes(this.a) || (!this.chosen && ids.includes(data.a))) this.a = ids.includes(data.a) ? data.a : ids[0];
    if (!ids.includes(this.b) || (!this.chosen && ids.includes(data.b))) this.b = ids.includes(data.b) ? data.b : ids[ids.length - 1];
    this.width = Math.max(...this.layers.map(l => l.width));
    this.height = Math.max(...this.layers.map(l => l.height));
    if (!this.modes().includes(this.mode)) this.mode = "slider";
    const known = JSON.stringify([data.texts, this.modes(), this.layers.map(l => [l.id, l.label])]);
    if (known !== this.known) { this.known = known; this.controls(); }
    this.resize();
  }

  // Controls

  // The last needs a picture that was drawn several times.
  modes() { return MODES.filter(mode => mode !== "invented" || this.layers.some(l => l.variation)); }

  controls() {
    const t = this.data.texts, $ = s => this.root.querySelector(s);
    const modes = $(".modes");
    modes.setAttribute("aria-label", t.mode);
    modes.replaceChildren(...this.modes().map(mode => this.button(t[mode], () => this.setMode(mode), { mode })));
    for (const side of ["a", "b"]) {
      const label = $(`.pick-${side}`), select = label.querySelector("select");
      label.querySelector("span").textContent = t[side];
      select.replaceChildren(...this.layers.map(l => new Option(l.label, l.id)));
      select.onchange = () => { this[side] = select.value; this.chosen = true; this.draw(); };
    }
    const gain = $(".gain select");
    $(".gain span").textContent = t.gain;
    gain.replaceChildren(...GAINS.map(g => new Option(`×${g}`, g)));
    gain.onchange = () => { this.gain = +gain.value; this.draw(); };
    $(".zoom").replaceChildren(
      this.button("−", () => this.zoomBy(1 / 1.5), {}, t.out),
      this.button(t.fit, () => this.fit()),
      this.button("1:1", () => this.zoomTo(1 / devicePixelRatio), {}, `1:1, ${t.whole}`),
      this.button("+", () => this.zoomBy(1.5), {}, t.in),
    );
    $(".lens").replaceChildren(this.button(t.lens, () => this.toggleLens(), { lens: "" }));
    this.canvas.setAttribute("aria-label", t.canvas);
    this.pressed();
  }

  button(text, action, data = {}, name = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    if (name) button.setAttribute("aria-label", name);
    Object.assign(button.dataset, data);
    button.onclick = action;
    return button;
  }

  pressed() {
    for (const b of this.root.querySelectorAll("[data-mode]")) b.setAttribute("aria-pressed", b.dataset.mode === this.mode);
    for (const b of this.root.querySelectorAll("[data-lens]")) b.setAttribute("aria-pressed", this.lens);
    this.root.querySelector(".pick-a").hidden = this.root.querySelector(".pick-b").hidden = ["grid", "invented"].includes(this.mode);
    this.root.querySelector(".gain").hidden = !["difference", "invented"].includes(this.mode);
    this.root.querySelector(".pick-a select").value = this.a;
    this.root.querySelector(".pick-b select").value = this.b;
    this.root.querySelector(".gain select").value = this.gain;
  }

  setMode(mode) {
    this.mode = mode;
    clearInterval(this.timer);
    this.front = true;
    if (mode === "blink" && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.timer = setInterval(() => { this.front = !this.front; this.draw(); }, BLINK_MS);
    }
    this.resize();
  }

  // The view

  resize() {
    if (!this.data) return;
    const stage = this.root.querySelector(".stage"), width = stage.clientWidth;
    if (!width) return;
    const shape = this.height / this.width, most = Math.min(680, innerHeight * 0.75);
    const [columns, rows] = this.shape(width);
    const height = Math.round(Math.min(Math.max(width * shape * rows / columns, 200), most));
    stage.style.height = `${height}px`;
    const ratio = devicePixelRatio, was = this.view && this.fitting();
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.css = { width, height };
    if (!this.view || was) this.fit(); else this.draw();
  }

  shape(width) {
    if (this.mode !== "grid") return [1, 1];
    const n = this.layers.length;
    let columns = Math.ceil(Math.sqrt(n * Math.max(0.6, Math.min(this.height / this.width, 1.6))));
    columns = Math.max(1, Math.min(columns, n, Math.floor(width / 150) || 1));
    return [columns, Math.ceil(n / columns)];
  }

  cells() {
    const { width, height } = this.css;
    if (this.mode !== "grid") return [{ x: 0, y: 0, width, height }];
    const [columns, rows] = this.shape(width), gap = 4;
    const w = (width - gap * (columns - 1)) / columns, h = (height - gap * (rows - 1)) / rows;
    return this.layers.map((_, i) => ({ x: (i % columns) * (w + gap), y: Math.floor(i / columns) * (h + gap), width: w, height: h }));
  }

  least() {
    const cell = this.cells()[0];
    return Math.min(cell.width / this.width, cell.height / this.height);
  }

  fitting() { return this.view.fitted; }

  fit() {
    this.view = { x: 0.5, y: 0.5, zoom: this.least(), fitted: true };
    this.draw();
  }

  zoomTo(zoom, at) {
    const view = this.view, next = Math.min(Math.max(zoom, this.least()), MOST_ZOOM);
    if (at) {
      const point = this.under(at);
      const [cell] = this.cellAt(at);
      view.x = point.x - (at.x - cell.x - cell.width / 2) / (next * this.width);
      view.y = point.y - (at.y - cell.y - cell.height / 2) / (next * this.height);
    }
    view.zoom = next;
    view.fitted = next <= this.least() * 1.001;
    this.hold();
    this.draw();
  }

  zoomBy(factor, at) { this.zoomTo(this.view.zoom * factor, at); }

  move(dx, dy) {
    this.view.x += dx / (this.view.zoom * this.width);
    this.view.y += dy / (this.view.zoom * this.height);
    this.hold();
    this.draw();
  }

  hold() {
    const cell = this.cells()[0], view = this.view;
    for (const [at, size, length] of [["x", this.width, cell.width], ["y", this.height, cell.height]]) {
      const half = length / (2 * view.zoom * size);
      view[at] = half >= 0.5 ? 0.5 : Math.min(Math.max(view[at], half), 1 - half);
    }
  }

  // The nearest one: there are gaps, and perhaps an empty place at the end.
  cellAt(at) {
    const beyond = (v, from, length) => Math.max(from - v, 0, v - from - length);
    const far = c => Math.hypot(beyond(at.x, c.x, c.width), beyond(at.y, c.y, c.height));
    const cells = this.cells(), distances = cells.map(far);
    const i = distances.indexOf(Math.min(...distances));
    return [cells[i], i];
  }

  under(at) {
    const [cell] = this.cellAt(at), view = this.view;
    return {
      x: view.x + (at.x - cell.x - cell.width / 2) / (view.zoom * this.width),
      y: view.y + (at.y - cell.y - cell.height / 2) / (view.zoom * this.height),
    };
  }

  // Drawing

  draw() {
    if (this.queued || !this.css || !this.view) return;
    this.queued = true;
    this.frame = requestAnimationFrame(() => { this.queued = false; this.paint(); });
  }

  layer(id) { return this.layers.find(l => l.id === id) ?? this.layers[0]; }

  paint() {
    const { width, height } = this.css, c = this.context, ratio = devicePixelRatio;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    this.canvas.classList.toggle("zoomed", !this.view.fitted);
    const whole = { x: 0, y: 0, width, height };
    const a = this.layer(this.a), b = this.layer(this.b), t = this.data.texts;
    let says = "";
    if (this.mode === "grid") {
      this.cells().forEach((cell, i) => { this.picture(c, this.layers[i], cell, this.view); this.label(c, this.layers[i].label, cell.x + 8, cell.y + 8); });
    } else if (this.mode === "slider") {
      const x = Math.round(width * this.split);
      this.picture(c, b, whole, this.view);
      this.picture(c, a, whole, this.view, { x: 0, y: 0, width: x, height });
      c.fillStyle = "#fff"; c.strokeStyle = "rgba(0,0,0,.55)"; c.lineWidth = 1;
      c.fillRect(x - 1, 0, 2, height);
      c.beginPath(); c.arc(x, height / 2, HANDLE, 0, 7); c.fill(); c.stroke();
      c.fillStyle = "#1f2328"; c.font = "600 15px system-ui"; c.textAlign = "center"; c.textBaseline = "middle";
      c.fillText("◂ ▸", x, height / 2 + 1);
      this.label(c, a.label, 8, 8);
      this.label(c, b.label, width - 8, 8, true);
      says = `${a.label} ◂ ${Math.round(this.split * 100)} % ▸ ${b.label}`;
    } else if (this.mode === "blink") {
      const shown = this.front ? a : b;
      this.picture(c, shown, whole, this.view);
      this.label(c, shown.label, 8, 8);
    } else if (this.mode === "invented") {
      says = this.invented(c, [b, a, ...this.layers].find(l => l.variation));
    } else {
      says = this.difference(c, a, b);
    }
    if (this.lens && this.pointer) this.magnify(c);
    const scale = this.view.zoom * ratio;
    this.root.querySelector(".says").textContent = says || t.keys;
    this.root.querySelector(".scale").textContent = `${t.zoom} ${(100 * scale).toFixed(scale < 0.1 ? 1 : 0)} %`;
    this.pressed();
  }

  // A layer drawn so that the view's centre is the cell's, within the clip.
  picture(c, layer, cell, view, clip = cell) {
    c.save();
    c.beginPath(); c.rect(clip.x, clip.y, clip.width, clip.height); c.clip();
    const wide = view.zoom * this.width, high = view.zoom * this.height;
    const left = cell.x + cell.width / 2 - view.x * wide, top = cell.y + cell.height / 2 - view.y * high;
    const scale = wide / layer.width * devicePixelRatio;
    const level = Math.max(0, Math.min(layer.levels - 1, Math.floor(Math.log2(1 / scale))));
    c.imageSmoothingEnabled = scale < 1;
    c.imageSmoothingQuality = "high";
    const seen = { x: Math.max(clip.x, 0), y: Math.max(clip.y, 0), right: clip.x + clip.width, bottom: clip.y + clip.height };
    for (const l of new Set([layer.levels - 1, level])) {
      const side = this.data.piece * 2 ** l;
      const [sx, sy] = [wide / layer.width, high / layer.height];
      const from = v => Math.max(0, Math.floor(v));
      const x0 = from((seen.x - left) / sx / side), x1 = Math.min(Math.ceil(layer.width / side), Math.ceil((seen.right - left) / sx / side));
      const y0 = from((seen.y - top) / sy / side), y1 = Math.min(Math.ceil(layer.height / side), Math.ceil((seen.bottom - top) / sy / side));
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) {
        const image = this.piece(`${layer.base}/${l}_${x}_${y}.png`);
        if (!image) continue;
        const w = Math.min(side, layer.width - x * side), h = Math.min(side, layer.height - y * side);
        c.drawImage(image, left + x * side * sx, top + y * side * sy, w * sx, h * sy);
      }
    }
    c.restore();
  }

  piece(url) {
    let found = this.pieces.get(url);
    if (!found) {
      found = new Image();
      found.decoding = "async";
      found.onload = () => { found.ready = true; this.draw(); };
      found.src = url;
      if (this.pieces.size > MOST_PIECES) this.pieces.delete(this.pieces.keys().next().value);
    } else this.pieces.delete(url);
    this.pieces.set(url, found);
    return found.ready ? found : null;
  }

  difference(c, a, b) {
    const [first, second] = [a, b].map(layer => this.pixels(layer));
    const p = first.data, q = second.data;
    let total = 0, count = 0;
    for (let i = 0; i < p.length; i += 4) {
      if (!p[i + 3] && !q[i + 3]) continue;
      const d = (Math.abs(p[i] - q[i]) * 0.299 + Math.abs(p[i + 1] - q[i + 1]) * 0.587 + Math.abs(p[i + 2] - q[i + 2]) * 0.114);
      total += d; count++;
      this.colour(p, i, d);
    }
    c.putImageData(first, 0, 0);
    this.label(c, `${a.label} − ${b.label}`, 8, 8);
    return this.data.texts.mean.replace("{d}", count ? (total / count).toFixed(2) : "–");
  }

  // The standard deviation over the seeds, of which the map's grey levels are small steps.
  invented(c, layer) {
    const map = this.pixels({ ...layer, base: layer.variation }), p = map.data;
    let total = 0, count = 0;
    for (let i = 0; i < p.length; i += 4) {
      if (!p[i + 3]) continue;
      const d = p[i] / this.data.steps;
      total += d; count++;
      this.colour(p, i, d);
    }
    c.putImageData(map, 0, 0);
    this.label(c, `${layer.label} · ${this.data.texts.invented}`, 8, 8);
    return this.data.texts.deviation.replace("{d}", count ? (total / count).toFixed(2) : "–");
  }

  // A layer as it would be seen now, its pixels.
  pixels(layer) {
    const { width, height } = this.canvas;
    const o = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    o.scale(devicePixelRatio, devicePixelRatio);
    this.picture(o, layer, { x: 0, y: 0, ...this.css }, this.view);
    return o.getImageData(0, 0, width, height);
  }

  colour(p, i, d) {
    const k = Math.min(255, d * this.gain) | 0;
    p[i] = SCALE[k][0]; p[i + 1] = SCALE[k][1]; p[i + 2] = SCALE[k][2]; p[i + 3] = 255;
  }

  magnify(c) {
    const at = this.pointer, point = this.under(at), [, index] = this.cellAt(at);
    const cells = this.mode === "grid" ? this.cells() : [this.cells()[0]];
    const [home] = this.cellAt(at);
    cells.forEach((cell, i) => {
      const x = at.x - home.x + cell.x, y = at.y - home.y + cell.y;
      const layer = this.mode === "grid" ? this.layers[i] : this.mode === "slider" ? (at.x < this.css.width * this.split ? this.layer(this.a) : this.layer(this.b)) : this.front ? this.layer(this.a) : this.layer(this.b);
      c.save();
      c.beginPath(); c.rect(cell.x, cell.y, cell.width, cell.height); c.clip();
      c.beginPath(); c.arc(x, y, Math.min(LENS, cell.width / 3), 0, 7); c.clip();
      const box = { x: x - LENS, y: y - LENS, width: 2 * LENS, height: 2 * LENS };
      this.picture(c, layer, box, { ...point, zoom: this.view.zoom * LENS_ZOOM });
      c.restore();
      c.save();
      c.beginPath(); c.rect(cell.x, cell.y, cell.width, cell.height); c.clip();
      c.strokeStyle = i === index || this.mode !== "grid" ? "#fff" : "rgba(255,255,255,.7)"; c.lineWidth = 2;
      c.beginPath(); c.arc(x, y, Math.min(LENS, cell.width / 3), 0, 7); c.stroke();
      c.restore();
    });
  }

  label(c, text, x, y, right = false) {
    c.font = "600 13px system-ui, sans-serif";
    const width = c.measureText(text).width + 14;
    c.fillStyle = "rgba(20,23,26,.78)";
    c.beginPath(); c.roundRect(right ? x - width : x, y, width, 24, 6); c.fill();
    c.fillStyle = "#fff"; c.textAlign = "left"; c.textBaseline = "middle";
    c.fillText(text, (right ? x - width : x) + 7, y + 12.5);
  }

  // Hands and keys

  listen() {
    const canvas = this.canvas;
    const at = e => { const r = canvas.getBoundingClientRect(); return { x: e.clientX - r.left, y: e.clientY - r.top }; };
    const near = p => this.mode === "slider" && Math.abs(p.x - this.css.width * this.split) < HANDLE + 6;
    canvas.onpointerdown = e => {
      canvas.setPointerCapture(e.pointerId);
      this.pointers.set(e.pointerId, at(e));
      this.dividing = this.pointers.size === 1 && (near(at(e)) || (this.mode === "slider" && this.view.fitted));
      if (this.dividing) this.divide(at(e).x);
    };
    canvas.onpointermove = e => {
      const now = at(e), before = this.pointers.get(e.pointerId);
      this.pointer = now;
      canvas.classList.toggle("dividing", near(now));
      if (before) {
        const others = [...this.pointers].filter(([id]) => id !== e.pointerId).map(([, p]) => p);
        this.pointers.set(e.pointerId, now);
        if (others.length) {
          const other = others[0], span = p => Math.hypot(p.x - other.x, p.y - other.y);
          this.zoomBy(span(now) / Math.max(span(before), 1), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
        } else if (this.dividing) this.divide(now.x);
        else { canvas.classList.add("dragging"); this.move(before.x - now.x, before.y - now.y); }
      } else if (this.lens) this.draw();
    };
    const end = e => { this.pointers.delete(e.pointerId); canvas.classList.remove("dragging"); };
    canvas.onpointerup = canvas.onpointercancel = end;
    canvas.onpointerleave = () => { this.pointer = null; if (this.lens) this.draw(); };
    canvas.ondblclick = e => (this.view.fitted ? this.zoomTo(Math.max(1 / devicePixelRatio, 2 * this.view.zoom), at(e)) : this.fit());
    // A page must scroll past: the wheel zooms once the picture was clicked or with Ctrl.
    canvas.addEventListener("wheel", e => {
      if (!e.ctrlKey && canvas.getRootNode().activeElement !== canvas) return;
      e.preventDefault();
      this.zoomBy(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.002)), at(e));
    }, { passive: false });
    canvas.onblur = () => { if (this.lens) { this.pointer = null; this.draw(); } };
    canvas.onkeydown = e => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const far = e.shiftKey ? 200 : 50, mode = this.modes()[+e.key - 1];
      const keys = {
        ArrowLeft: () => (this.mode === "slider" && this.view.fitted ? this.divide(this.css.width * (this.split - 0.02)) : this.move(-far, 0)),
        ArrowRight: () => (this.mode === "slider" && this.view.fitted ? this.divide(this.css.width * (this.split + 0.02)) : this.move(far, 0)),
        ArrowUp: () => this.move(0, -far), ArrowDown: () => this.move(0, far),
        "+": () => this.zoomBy(1.25), "=": () => this.zoomBy(1.25), "-": () => this.zoomBy(0.8), 0: () => this.fit(),
        ",": () => this.divide(this.css.width * (this.split - 0.02)), ".": () => this.divide(this.css.width * (this.split + 0.02)),
        a: () => this.next("a"), b: () => this.next("b"),
        l: () => this.toggleLens(),
        " ": () => { this.front = !this.front; clearInterval(this.timer); this.draw(); },
      };
      const action = mode ? () => this.setMode(mode) : keys[e.key] ?? keys[e.key.toLowerCase?.()];
      if (action) { e.preventDefault(); e.stopPropagation(); action(); }
    };
  }

  divide(x) { this.split = Math.min(Math.max(x / this.css.width, 0), 1); this.draw(); }

  // Without a mouse over the picture the lens lies in the middle, and the picture moves under it.
  toggleLens() {
    const cell = this.cells()[0];
    this.lens = !this.lens;
    this.pointer = this.lens ? { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 } : null;
    this.draw();
  }

  next(side) {
    const ids = this.layers.map(l => l.id);
    this[side] = ids[(ids.indexOf(this[side]) + 1) % ids.length];
    this.chosen = true;
    this.draw();
  }
}

// 256 steps from black over violet and orange to pale yellow: inferno at nine places.
const SCALE = (() => {
  const at = [[0, 0, 4], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 164]];
  return Array.from({ length: 256 }, (_, i) => {
    const p = i / 255 * (at.length - 1), k = Math.min(Math.floor(p), at.length - 2);
    return at[k].map((v, c) => Math.round(v + (at[k + 1][c] - v) * (p - k)));
  });
})();
