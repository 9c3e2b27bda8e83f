// A heatmap on a canvas. See heatmap.py for what `data` holds.

const MISSING = 255, LEVELS = 254
const REST = 250 // milliseconds without a move after which the cell is told to Python

const luminance = colour => {
  const [r, g, b] = rgb(colour)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function rgb(colour) {
  const hex = colour.trim().match(/^#([0-9a-f]{6})$/i)
  if (hex) return [0, 2, 4].map(i => parseInt(hex[1].slice(i, i + 2), 16))
  return (colour.match(/[\d.]+/g) ?? [255, 255, 255]).slice(0, 3).map(Number)
}

function palette(stops) {
  const colours = stops.map(rgb)
  return Array.from({ length: LEVELS + 1 }, (_, i) => {
    const at = (i / LEVELS) * (colours.length - 1)
    const k = Math.min(Math.floor(at), colours.length - 2)
    return colours[k].map((c, j) => Math.round(c + (at - k) * (colours[k + 1][j] - c)))
  })
}

class Heatmap {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'heatmap'
    this.root.innerHTML =
      '<canvas tabindex="0" role="application"></canvas>' +
      '<div class="below"><output></output><span class="scale"><b></b><i></i><b></b></span></div>'
    parent.appendChild(this.root)
    this.canvas = this.root.querySelector('canvas')
    this.output = this.root.querySelector('output')
    this.cell = null
    this.hover = null
    this.moment = null
    const events = { pointermove: 'point', pointerleave: 'leave', click: 'pick', keydown: 'press' }
    for (const [event, method] of Object.entries(events))
      this.canvas.addEventListener(event, e => this[method](e))
    this.resize = new ResizeObserver(() => this.draw())
    this.resize.observe(this.root)
    // A change of theme changes nothing but classes and variables high above.
    this.theme = new MutationObserver(() => this.draw())
    const app = document.querySelector('.stApp')
    if (app) this.theme.observe(app, { attributes: true })
    this.onmoment = e => {
      if (e.detail.group === this.data?.moments && e.detail.from !== this) {
        this.moment = e.detail.time
        this.draw()
      }
    }
    window.addEventListener('trainsight-moment', this.onmoment)
  }

  close() {
    this.resize.disconnect()
    this.theme.disconnect()
    window.removeEventListener('trainsight-moment', this.onmoment)
    clearTimeout(this.timer)
    this.root.remove()
  }

  update(data, tell) {
    this.tell = tell
    if (data === this.data) return
    const before = this.data
    this.data = data
    if (before?.values !== data.values || this.codes === undefined)
      this.codes = Uint8Array.from(atob(data.values), c => c.charCodeAt(0))
    const [rows, columns] = data.shape
    if (this.cell && (this.cell[0] >= rows || this.cell[1] >= columns)) this.cell = null
    this.cell ??= data.start
    this.canvas.setAttribute('aria-label', `${data.label}. ${data.help}`)
    this.image = null
    this.draw()
  }

  // Layout ------------------------------------------------------------------------------------

  draw() {
    const { data, canvas } = this
    const width = this.root.clientWidth
    if (!data || !width) return
    const style = getComputedStyle(this.root)
    const text = style.getPropertyValue('--st-text-color') || '#222'
    const dark = luminance(style.getPropertyValue('--st-background-color') || '#fff') < 100
    const scale = window.devicePixelRatio || 1
    const context = canvas.getContext('2d')
    context.font = style.font
    const labels = data.rows
    const widest = Math.max(0, ...labels.map(l => context.measureText(l).width))
    const left = Math.ceil(Math.min(widest, 0.34 * width)) + (data.titles[0] ? 26 : 8)
    const bottom = data.titles[1] ? 40 : 22
    const box = { x: left, y: 4, w: width - left - 4, h: data.height }
    this.box = box
    const height = box.y + box.h + bottom
    canvas.style.height = `${height}px`
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.font = style.font
    this.paint(context, dark, style)
    this.axes(context, text, style)
    this.marks(context, dark ? '#ffffff' : '#14171a', dark ? '#14171a' : '#ffffff', style)
    this.say()
    const bar = this.root.querySelector('.scale i')
    bar.style.background = `linear-gradient(90deg, ${data.colours[dark ? 'dark' : 'light'].join(', ')})`
    const [low, high] = this.root.querySelectorAll('.scale b')
    low.textContent = this.number(data.limits[0])
    high.textContent = this.number(data.limits[1]) + (data.unit ? ` ${data.unit}` : '')
    low.style.fontWeight = high.style.fontWeight = 400
  }

  paint(context, dark, style) {
    const { data, box } = this
    const [rows, columns] = data.shape
    if (!this.image || this.dark !== dark) {
      this.dark = dark
      const colours = palette(data.colours[dark ? 'dark' : 'light'])
      const pixels = new ImageData(columns, rows)
      this.codes.forEach((code, i) => {
        if (code !== MISSING) pixels.data.set([...colours[code], 255], 4 * i)
      })
      this.image = new OffscreenCanvas(columns, rows)
      this.image.getContext('2d').putImageData(pixels, 0, 0)
    }
    context.imageSmoothingEnabled = false
    context.drawImage(this.image, box.x, box.y, box.w, box.h)
    context.strokeStyle = style.getPropertyValue('--st-border-color') || '#ccc'
    context.lineWidth = 1
    context.strokeRect(box.x - 0.5, box.y - 0.5, box.w + 1, box.h + 1)
    if (data.numbers) this.figures(context)
  }

  // The values in their cells, if all of them fit.
  figures(context) {
    const { data, box } = this
    const [rows, columns] = data.shape
    const texts = data.numbers.map(v => (v === null ? '' : this.number(v) + data.unit))
    const widest = Math.max(...texts.map(t => context.measureText(t).width))
    if (widest > box.w / columns - 6 || box.h / rows < 13) return
    const colours = palette(data.colours[this.dark ? 'dark' : 'light'])
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    texts.forEach((text, i) => {
      const [r, g, b] = colours[Math.min(this.codes[i], LEVELS)]
      context.fillStyle = 0.2126 * r + 0.7152 * g + 0.0722 * b > 140 ? '#14171a' : '#ffffff'
      const x = box.x + (((i % columns) + 0.5) * box.w) / columns
      context.fillText(text, x, box.y + ((Math.floor(i / columns) + 0.5) * box.h) / rows + 0.5)
    })
  }

  axes(context, text, style) {
    const { data, box } = this
    const [rows, columns] = data.shape
    context.fillStyle = text
    context.globalAlpha = 0.8
    context.textBaseline = 'middle'
    context.textAlign = 'right'
    const line = parseFloat(style.fontSize) * 1.35
    const every = Math.max(1, Math.ceil((line * rows) / box.h))
    for (let r = 0; r < rows; r += every)
      this.fit(context, data.rows[r], box.x - 6, box.y + ((r + 0.5) * box.h) / rows, box.x - (data.titles[0] ? 26 : 8))
    context.textAlign = 'center'
    context.textBaseline = 'top'
    const widest = Math.max(1, ...data.columns.map(l => context.measureText(l).width)) + 12
    const step = Math.max(1, Math.ceil((Math.min(widest, 0.3 * box.w) * columns) / box.w))
    const room = (step * box.w) / columns - 4
    for (let c = 0; c < columns; c += step) {
      const label = data.columns[c], half = Math.min(context.measureText(label).width, room) / 2
      const x = box.x + ((c + 0.5) * box.w) / columns
      this.fit(context, label, Math.min(Math.max(x, half), box.x + box.w - half), box.y + box.h + 5, room)
    }
    if (data.titles[1]) context.fillText(data.titles[1], box.x + box.w / 2, box.y + box.h + 22)
    if (data.titles[0]) {
      context.save()
      context.translate(2, box.y + box.h / 2)
      context.rotate(-Math.PI / 2)
      context.fillText(data.titles[0], 0, 0)
      context.restore()
    }
    context.globalAlpha = 1
  }

  fit(context, label, x, y, room) {
    let shown = label
    while (shown.length > 1 && context.measureText(shown).width > room)
      shown = shown.replace(/…$/, '').slice(0, -1) + '…'
    context.fillText(shown, x, y)
  }

  marks(context, ink, halo, style) {
    const { data, box, cell } = this
    const [rows, columns] = data.shape
    const accent = style.getPropertyValue('--st-primary-color') || '#0b625c'
    if (this.moment !== null) {
      for (const axis of [0, 1]) {
        const times = data.times[axis]
        if (!times) continue
        const at = place(times, this.moment) / times.length
        context.strokeStyle = accent
        context.lineWidth = 2
        context.beginPath()
        if (axis) context.rect(box.x + at * box.w - 0.5, box.y, 0, box.h)
        else context.rect(box.x, box.y + at * box.h - 0.5, box.w, 0)
        context.stroke()
      }
    }
    const outline = ([r, c], colour, width) => {
      context.strokeStyle = colour
      context.lineWidth = width
      const w = Math.max(box.w / columns, 5), h = Math.max(box.h / rows, 5)
      const x = box.x + ((c + 0.5) * box.w) / columns - w / 2
      const y = box.y + ((r + 0.5) * box.h) / rows - h / 2
      context.strokeRect(x, y, w, h)
    }
    if (this.hover) outline(this.hover, ink, 1)
    if (cell) {
      outline(cell, halo, 4)
      outline(cell, ink, 2)
    }
  }

  say() {
    const { data } = this
    const at = this.hover ?? this.cell
    const words = at ? this.words(at) : ''
    if (this.output.textContent !== words) this.output.textContent = words
  }

  words([r, c]) {
    const { data } = this
    const code = this.codes[r * data.shape[1] + c]
    const [low, high] = data.limits
    const exact = data.numbers?.[r * data.shape[1] + c]
    const value = this.number(exact ?? low + (code / LEVELS) * (high - low))
    const said = code === MISSING ? data.missing : value + (data.unit ? ` ${data.unit}` : '')
    return `${data.rows[r]} · ${data.columns[c]}: ${said}`
  }

  number(value) {
    return value.toFixed(this.data.digits).replace(/^-/, '−')
  }

  // Pointing ----------------------------------------------------------------------------------

  at(event) {
    const frame = this.canvas.getBoundingClientRect()
    const { box, data } = this
    const c = Math.floor(((event.clientX - frame.left - box.x) / box.w) * data.shape[1])
    const r = Math.floor(((event.clientY - frame.top - box.y) / box.h) * data.shape[0])
    const inside = r >= 0 && c >= 0 && r < data.shape[0] && c < data.shape[1]
    return inside ? [r, c] : null
  }

  point(event) {
    if (event.pointerType === 'touch') return
    this.hover = this.at(event)
    this.draw()
  }

  leave() {
    this.hover = null
    this.draw()
  }

  pick(event) {
    const at = this.at(event)
    if (at) this.move(at, 0)
  }

  press(event) {
    const [rows, columns] = this.data.shape
    const [r, c] = this.cell ?? [0, 0]
    const page = n => Math.max(1, Math.round(n / 10))
    const to = {
      ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1],
      PageUp: [r - page(rows), c], PageDown: [r + page(rows), c], Home: [r, 0], End: [r, columns - 1],
      Enter: [r, c], ' ': [r, c],
    }[event.key]
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    this.hover = null
    this.move([Math.min(Math.max(to[0], 0), rows - 1), Math.min(Math.max(to[1], 0), columns - 1)], REST)
  }

  move(cell, wait) {
    this.cell = cell
    const { data } = this
    const time = data.times[0]?.[cell[0]] ?? data.times[1]?.[cell[1]]
    if (data.moments && time !== undefined) {
      this.moment = time
      // Of a map of moments the column is the moment looked at: a player shows it as a ghost.
      const other = data.times[0] && data.times[1] ? data.times[1][cell[1]] : null
      const detail = { group: data.moments, time, other, from: this }
      window.dispatchEvent(new CustomEvent('trainsight-moment', { detail }))
    }
    this.draw()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tell('cell', cell), wait)
  }
}

// Where a time lies among the middles of cells, in cells from the first one's edge.
function place(times, time) {
  let i = times.findIndex(t => t >= time)
  if (i < 0) return times.length - 0.5
  if (!i) return 0.5
  return i - 0.5 + (time - times[i - 1]) / (times[i] - times[i - 1])
}

const mounted = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Heatmap(parentElement))
  mounted.get(parentElement).update(data, setStateValue)
  return () => {
    mounted.get(parentElement)?.close()
    mounted.delete(parentElement)
  }
}
