// A skeleton player on a canvas. See player.py for what `data` holds.

const SPEEDS = [0.1, 0.25, 0.5, 1, 2]
const REST = 250 // milliseconds at rest after which the frame is told to Python
const PLAY = '<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 0 10 5 1 10Z"/></svg>'
const PAUSE = '<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 0H4V10H1ZM6 0H9V10H6Z"/></svg>'

const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

function rgb(colour) {
  const hex = colour.trim().match(/^#([0-9a-f]{6})$/i)
  if (hex) return [0, 2, 4].map(i => parseInt(hex[1].slice(i, i + 2), 16))
  return (colour.match(/[\d.]+/g) ?? [255, 255, 255]).slice(0, 3).map(Number)
}

function blend(stops, share) {
  const at = clamp(share, 0, 1) * (stops.length - 1)
  const k = Math.min(Math.floor(at), stops.length - 2)
  const [a, b] = [rgb(stops[k]), rgb(stops[k + 1])]
  return `rgb(${a.map((c, j) => Math.round(c + (at - k) * (b[j] - c))).join(',')})`
}

function unpack(text, data) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0))
  const codes = new Int16Array(bytes.buffer)
  const d = data.dimensions
  const places = new Float32Array((codes.length / d) * 3)
  for (let i = 0; i < codes.length / d; i++)
    for (let j = 0; j < d; j++) {
      const code = codes[i * d + j]
      places[3 * i + j] = code === -32768 ? NaN : data.middle[j] + (code / 32767) * data.reach
    }
  return places
}

// The last index whose time is not after `time`.
function indexAt(times, time) {
  let low = 0, high = times.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times[middle] <= time + 1e-6) low = middle
    else high = middle - 1
  }
  return low
}

class Player {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'player'
    this.root.innerHTML = `
      <canvas class="picture" tabindex="0" role="application"></canvas>
      <canvas class="marks" aria-hidden="true"></canvas>
      <input type="range" min="0" step="1" value="0">
      <div class="row">
        <button class="go" type="button"></button>
        <select class="speed"></select>
        <span class="views"><button type="button"></button><button type="button"></button><button type="button"></button></span>
        <label class="follow"><input type="checkbox"><span></span></label>
        <label class="filmed"><input type="checkbox" checked><span></span></label>
        <label class="attention"><input type="checkbox"><span></span></label>
        <output></output>
      </div>
      <p class="unplayable" hidden></p>`
    parent.appendChild(this.root)
    const get = name => this.root.querySelector(name)
    this.picture = get('.picture')
    this.marks = get('.marks')
    this.range = get('input[type=range]')
    this.go = get('.go')
    this.speed = get('.speed')
    this.output = get('output')
    this.following = get('.follow input')
    this.coloured = get('.attention input')
    this.filmed = get('.filmed input')
    this.unplayable = get('.unplayable')
    this.speed.innerHTML = SPEEDS.map(s => `<option value="${s}">${s}×</option>`).join('')
    this.speed.value = '1'
    this.time = 0
    this.playing = false
    this.yaw = 0.6
    this.pitch = 0.12
    this.zoom = 1
    this.other = null

    this.go.onclick = () => this.toggle()
    this.range.oninput = () => this.seek(this.data.times[+this.range.value])
    this.following.onchange = this.coloured.onchange = () => this.ask()
    this.filmed.onchange = () => {
      if (this.playing) this.toggle()
      this.place()
    }
    this.speed.onchange = () => this.film && (this.film.playbackRate = +this.speed.value)
    get('.views').querySelectorAll('button').forEach((button, i) => {
      button.onclick = () => {
        ;[this.yaw, this.pitch] = [[0, 0.05], [Math.PI / 2, 0.05], [0, 1.5]][i]
        this.ask()
      }
    })
    this.marks.onclick = e => {
      const { left, width } = this.marks.getBoundingClientRect()
      const { times } = this.data
      this.seek(times[0] + ((e.clientX - left) / width) * (times.at(-1) - times[0]))
    }
    this.picture.onkeydown = e => this.press(e)
    this.picture.onpointerdown = e => this.grab(e)
    this.picture.onpointermove = e => this.drag(e)
    this.picture.onpointerup = this.picture.onpointercancel = () => (this.held = null)
    this.picture.addEventListener('wheel', e => this.wheel(e), { passive: false })

    this.resize = new ResizeObserver(() => this.ask())
    this.resize.observe(this.root)
    this.theme = new MutationObserver(() => this.ask())
    const app = document.querySelector('.stApp')
    if (app) this.theme.observe(app, { attributes: true })
    this.onmoment = e => {
      const { group, time, other, from } = e.detail
      if (group !== this.data?.moments || from === this) return
      this.playing = false
      this.other = other ?? null
      this.show(time)
    }
    window.addEventListener('trainsight-moment', this.onmoment)
    // Charts come and go without telling anyone.
    this.watch = setInterval(() => this.data && !this.playing && this.cursors(this.data.times[this.frame]), 700)
  }

  close() {
    this.closed = true
    clearInterval(this.watch)
    this.resize.disconnect()
    this.theme.disconnect()
    window.removeEventListener('trainsight-moment', this.onmoment)
    clearTimeout(this.timer)
    this.screen(null)
    document.querySelectorAll('.trainsight-cursor').forEach(line => line.remove())
    this.root.remove()
  }

  update(data, tell) {
    this.tell = tell
    const before = this.data
    this.data = data
    const same = before?.frames === data.frames && before?.times.length === data.times.length
    if (!same) {
      this.places = unpack(data.frames, data)
      this.time = data.start
      this.other = null
      this.playing = false
      this.measure()
    }
    this.ghost = data.ghost ? unpack(data.ghost, data) : null
    const { attention } = data
    this.heat = attention && Uint8Array.from(atob(attention.values), c => c.charCodeAt(0))
    const { words } = data
    const space = data.dimensions === 3
    this.picture.classList.toggle('space', space)
    this.picture.setAttribute('aria-label', `${data.label}. ${words.help}`)
    this.range.max = data.times.length - 1
    this.range.setAttribute('aria-label', words.moment)
    this.speed.setAttribute('aria-label', words.speed)
    const views = this.root.querySelector('.views')
    views.hidden = !space
    ;['front', 'side', 'top'].forEach((name, i) => (views.children[i].textContent = words[name]))
    this.root.querySelector('.attention').hidden = !attention
    this.root.querySelector('.attention span').textContent = words.attention
    this.root.querySelector('.follow').hidden = !this.travels
    this.root.querySelector('.follow span').textContent = words.follow
    if (!same) this.following.checked = this.travels
    this.unplayable.textContent = words.unplayable
    this.root.querySelector('.filmed span').textContent = words.film
    if (!before || before.film?.address !== data.film?.address) this.screen(data.film)
    this.ask()
  }

  // Video ---------------------------------------------------------------------------------------

  // The video that the joints were found in, or none.
  screen(film) {
    this.film?.pause()
    this.film?.remove()
    this.film = null
    this.unplayable.hidden = true
    this.root.querySelector('.filmed').hidden = !film
    if (!film) return
    const video = document.createElement('video')
    video.muted = video.playsInline = true
    video.preload = 'auto'
    video.src = film.address
    video.onloadeddata = () => this.place()
    video.onseeked = () => this.ask()
    video.onerror = () => {
      this.screen(null)
      this.unplayable.hidden = false
    }
    this.root.appendChild(video)
    this.film = video
    // The time of the frame that is on the screen: the clock runs ahead of it.
    const shown = (now, { mediaTime }) => {
      this.shown = mediaTime
      if (this.film === video) video.requestVideoFrameCallback(shown)
    }
    video.requestVideoFrameCallback?.(shown)
  }

  // Whether the skeleton is drawn over the video.
  get over() {
    return this.film?.readyState >= 2 && this.filmed.checked && this.film.videoWidth > 0
  }

  // Take the video to the frame at which the player rests: to its middle, as clocks are rounded.
  place() {
    if (this.over && !this.playing) {
      const { times } = this.data
      const [at, next] = [times[this.frame], times[this.frame + 1]]
      this.film.currentTime = next === undefined ? at + 1e-3 : (at + next) / 2
    }
    this.ask()
  }

  // How tall the athlete is on the screen, where the ground is, and whether anyone travels.
  measure() {
    const { places, data } = this
    const { joints } = data
    const count = data.times.length
    const hip = data.index.mid_hip
    const hips = [], lows = [], highs = []
    this.centres = new Float32Array(3 * count).fill(NaN)
    for (let f = 0; f < count; f++) {
      let low = Infinity, high = -Infinity
      const sum = [0, 0, 0]
      let known = 0
      for (let j = 0; j < joints; j++) {
        const at = 3 * (f * joints + j)
        if (Number.isNaN(places[at])) continue
        low = Math.min(low, places[at + 1])
        high = Math.max(high, places[at + 1])
        for (let k = 0; k < 3; k++) sum[k] += places[at + k]
        known++
      }
      if (!known) continue
      lows.push(low)
      highs.push(high - low)
      const at = 3 * (f * joints + hip)
      const centre = Number.isNaN(places[at]) ? sum.map(s => s / known) : [...places.slice(at, at + 3)]
      this.centres.set(centre, 3 * f)
      hips.push(centre)
    }
    const rank = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]
    this.ground = rank(lows, 0.05)
    this.tall = Math.max(rank(highs, 0.9), 1e-6)
    this.centre = [0, 1, 2].map(k => {
      const all = hips.map(h => h[k])
      return (Math.min(...all) + Math.max(...all)) / 2
    })
    const span = k => Math.max(...hips.map(h => h[k])) - Math.min(...hips.map(h => h[k]))
    this.wide = Math.max(span(0), data.dimensions === 3 ? span(2) : 0)
    this.travels = this.wide > 1.6 * this.tall
  }

  // Time ----------------------------------------------------------------------------------------

  get frame() {
    return indexAt(this.data.times, this.time)
  }

  toggle() {
    const { times } = this.data
    this.playing = !this.playing
    if (this.playing && this.frame >= times.length - 1) this.time = times[0]
    this.other = null
    this.clock = null
    if (this.playing && this.over) {
      this.place()
      this.shown = null
      this.film.currentTime = this.time
      this.film.playbackRate = +this.speed.value
      this.film.play().catch(() => (this.playing = false))
    }
    this.ask()
    if (!this.playing) this.rest()
  }

  seek(time) {
    this.playing = false
    this.other = null
    this.show(time)
    this.share()
  }

  // Go to a time without telling the other views.
  show(time) {
    const { times } = this.data
    this.time = clamp(time, times[0], times.at(-1))
    this.place()
    this.rest()
  }

  share() {
    const detail = { group: this.data.moments, time: this.time, from: this }
    window.dispatchEvent(new CustomEvent('trainsight-moment', { detail }))
  }

  rest() {
    this.film?.pause()
    if (this.over && !this.playing) this.place()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (!this.playing && !this.closed) this.tell('frame', this.frame)
    }, REST)
  }

  ask() {
    this.asked ??= requestAnimationFrame(now => {
      this.asked = null
      if (this.closed || !this.data) return
      if (this.playing) {
        const { times } = this.data
        if (this.over) this.time = this.shown ?? this.time // the video leads
        else if (this.clock !== null) this.time += ((now - this.clock) / 1000) * +this.speed.value
        this.clock = now
        if (this.time >= times.at(-1) || (this.over && this.film.ended)) {
          this.time = times.at(-1)
          this.playing = false
          this.rest()
        }
        this.share()
      }
      this.draw()
      if (this.playing) this.ask()
    })
  }

  // Hands ---------------------------------------------------------------------------------------

  press(event) {
    const { times } = this.data
    const step = event.shiftKey ? 10 : 1
    const at = this.frame
    const key = event.key
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (key === ' ' || key === 'Enter') this.toggle()
    else if (key === 'ArrowRight') this.seek(times[Math.min(at + step, times.length - 1)])
    else if (key === 'ArrowLeft') this.seek(times[Math.max(at - step, 0)])
    else if (key === 'Home') this.seek(times[0])
    else if (key === 'End') this.seek(times.at(-1))
    else if (key === '+' || key === '-') {
      const i = SPEEDS.indexOf(+this.speed.value) + (key === '+' ? 1 : -1)
      this.speed.value = SPEEDS[clamp(i, 0, SPEEDS.length - 1)]
    } else if (this.data.dimensions === 3 && (key === 'ArrowUp' || key === 'ArrowDown')) {
      this.yaw += key === 'ArrowUp' ? 0.15 : -0.15
      this.ask()
    } else return
    event.preventDefault()
  }

  grab(event) {
    this.held = [event.clientX, event.clientY]
    this.picture.setPointerCapture(event.pointerId)
    this.picture.focus({ preventScroll: true })
  }

  drag(event) {
    if (!this.held || this.data.dimensions < 3) return
    this.yaw -= (event.clientX - this.held[0]) * 0.008
    this.pitch = clamp(this.pitch + (event.clientY - this.held[1]) * 0.006, -0.2, 1.5)
    this.held = [event.clientX, event.clientY]
    this.ask()
  }

  wheel(event) {
    // Only with Ctrl, or a page could not be scrolled past the picture.
    if (!event.ctrlKey) return
    event.preventDefault()
    this.zoom = clamp(this.zoom * Math.exp(-event.deltaY / 400), 0.4, 4)
    this.ask()
  }

  // Picture -------------------------------------------------------------------------------------

  draw() {
    const { data, picture } = this
    const width = this.root.clientWidth
    if (!width) return
    const style = getComputedStyle(this.root)
    const value = name => style.getPropertyValue(name).trim()
    const [r, g, b] = rgb(value('--st-background-color') || '#ffffff')
    this.dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 100
    this.line = value('--st-border-color') || '#dcd8d0'
    this.accent = value('--st-primary-color') || '#0b625c'
    const over = this.over
    // While the video looks for a frame, the one before stays, skeleton and all.
    if (over && !this.playing && this.film.seeking) return this.face(this.frame)
    const height = Math.round(
      over ? Math.min((width * this.film.videoHeight) / this.film.videoWidth, 560) : Math.min(0.9 * width, 440),
    )
    const scale = window.devicePixelRatio || 1
    const context = fitted(picture, width, height, scale)
    if (over) this.project = this.projector(context, width, height)
    else this.lens(width, height)
    if (data.dimensions === 3) this.floor(context)
    else if (!over) this.level(context, width)
    const frame = this.frame
    if (this.other !== null) this.body(context, this.places, indexAt(data.times, this.other), { alpha: 0.35 })
    if (this.ghost) this.body(context, this.ghost, frame, { alpha: 0.4, plain: true })
    this.body(context, this.places, frame, { alpha: 1, heat: this.coloured.checked && this.heat })
    this.ribbon(width, scale)
    this.face(frame)
  }

  // What the frame is, in the slider, in words, and on the charts.
  face(frame) {
    const { data } = this
    this.range.value = frame
    const time = data.times[frame]
    this.output.textContent = `${time.toFixed(2)} s · ${data.words.frame} ${frame}`
    this.range.setAttribute('aria-valuetext', this.output.textContent)
    const label = this.playing ? data.words.pause : data.words.play
    if (this.go.dataset.label !== label) {
      this.go.dataset.label = label
      this.go.innerHTML = `${this.playing ? PAUSE : PLAY}<span></span>`
      this.go.lastChild.textContent = label
    }
    this.cursors(time)
  }

  lens(width, height) {
    const { data } = this
    const follow = this.following.checked && this.travels
    const c = this.centres.subarray(3 * this.frame, 3 * this.frame + 3)
    const known = !Number.isNaN(c[0])
    this.look = follow && known ? [c[0], this.centre[1], c[2]] : [...this.centre]
    const spread = follow ? 1.35 * this.tall : Math.max(1.35 * this.tall, (0.62 * (this.wide + this.tall) * height) / width)
    this.look[1] = this.ground + (follow || spread < 1.5 * this.tall ? 0.52 * this.tall : 0.5 * spread)
    if (data.dimensions === 2) this.look[1] = this.ground + 0.5 * this.tall
    this.pixels = (this.zoom * height) / spread
    this.origin = [width / 2, height / 2]
    const [cy, sy, cp, sp] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)]
    const far = 5 * this.tall
    this.project =
      data.dimensions === 2
        ? (x, y) => [this.origin[0] + (x - this.look[0]) * this.pixels, this.origin[1] - (y - this.look[1]) * this.pixels, 1]
        : (x, y, z) => {
            // The camera looks from +z, the side that the action library's athletes face.
            const dx = x - this.look[0], dy = y - this.look[1], dz = z - this.look[2]
            const across = cy * dx - sy * dz
            const ahead = sy * dx + cy * dz
            const up = cp * dy - sp * ahead
            const near = sp * dy + cp * ahead
            const size = far / Math.max(far - near, 0.2 * far)
            return [this.origin[0] + across * size * this.pixels, this.origin[1] - up * size * this.pixels, size]
          }
  }

  // Draw the video's frame; gives where a joint lies on it.
  projector(context, width, height) {
    const { videoWidth, videoHeight } = this.film
    const size = Math.min(width / videoWidth, height / videoHeight)
    const [left, top] = [(width - size * videoWidth) / 2, (height - size * videoHeight) / 2]
    context.drawImage(this.film, left, top, size * videoWidth, size * videoHeight)
    const unit = this.data.film.pixels * size
    this.pixels = unit
    return (x, y) => [left + x * unit, top - y * unit, 1]
  }

  floor(context) {
    const step = this.tall / 3.5
    const [x0, z0] = [this.look[0], this.look[2]]
    const reach = 7
    context.strokeStyle = this.line
    context.lineWidth = 1
    const snap = v => Math.round(v / step) * step
    for (let i = -reach; i <= reach; i++) {
      context.globalAlpha = 0.9 - Math.abs(i) / (reach + 1)
      for (const turn of [0, 1]) {
        const at = (a, b) => (turn ? this.project(b, this.ground, a) : this.project(a, this.ground, b))
        const fixed = snap(turn ? z0 : x0) + i * step
        const middle = snap(turn ? x0 : z0)
        const [a, b] = [at(fixed, middle - reach * step), at(fixed, middle + reach * step)]
        context.beginPath()
        context.moveTo(a[0], a[1])
        context.lineTo(b[0], b[1])
        context.stroke()
      }
    }
    context.globalAlpha = 1
  }

  level(context, width) {
    const y = this.project(0, this.ground)[1]
    context.strokeStyle = this.line
    context.lineWidth = 1.5
    context.beginPath()
    context.moveTo(0, y)
    context.lineTo(width, y)
    context.stroke()
  }

  body(context, places, frame, { alpha, plain, heat }) {
    const { data, dark } = this
    const { joints, attention } = data
    const points = Array.from({ length: joints }, (_, j) => {
      const at = 3 * (frame * joints + j)
      return Number.isNaN(places[at]) ? null : this.project(places[at], places[at + 1], places[at + 2])
    })
    // Thinner over a video, so that the body can be seen.
    const thick = clamp((this.over ? 0.015 : 0.034) * this.tall * this.pixels, 2.5, 14)
    const stops = data.scale[dark ? 'dark' : 'light']
    const moment = heat ? indexAt(attention.times, data.times[frame]) : 0
    const warm = j => heat[moment * joints + j] / 255
    const side = s => (plain ? data.colours[2] : data.colours[s])[dark ? 1 : 0]
    context.globalAlpha = alpha
    context.lineCap = 'round'
    const limbs = data.limbs.filter(([a, b]) => points[a] && points[b])
    limbs.sort((p, q) => points[p[0]][2] + points[p[1]][2] - points[q[0]][2] - points[q[1]][2])
    for (const [a, b, s] of limbs) {
      const [p, q] = [points[a], points[b]]
      context.strokeStyle = heat ? blend(stops, (warm(a) + warm(b)) / 2) : side(s)
      context.lineWidth = thick * ((p[2] + q[2]) / 2) * (s === 2 ? 0.75 : 1)
      context.beginPath()
      context.moveTo(p[0], p[1])
      context.lineTo(q[0], q[1])
      context.stroke()
    }
    points.forEach((p, j) => {
      if (!p || (j < 5 && j > 0)) return // of the face only the nose
      context.fillStyle = heat ? blend(stops, warm(j)) : side(data.sides[j])
      context.beginPath()
      context.arc(p[0], p[1], thick * 0.62 * p[2] * (heat ? 0.8 + warm(j) : 1), 0, 7)
      context.fill()
    })
    const head = points[data.index.head] ?? points[3] ?? points[4] ?? points[data.index.nose]
    if (head && !this.over) {
      context.fillStyle = heat ? blend(stops, Math.max(...[0, 1, 2, 3, 4].map(warm))) : side(2)
      context.beginPath()
      context.arc(head[0], head[1], 0.062 * this.tall * this.pixels * head[2], 0, 7)
      context.fill()
    }
    context.globalAlpha = 1
  }

  ribbon(width, scale) {
    const { data, marks } = this
    marks.hidden = !data.spans.length
    if (!data.spans.length) return
    const context = fitted(marks, width, 16, scale)
    const [first, last] = [data.times[0], data.times.at(-1)]
    const at = time => ((time - first) / Math.max(last - first, 1e-9)) * width
    for (const [name, start, end, s] of data.spans) {
      const colour = s === 2 ? this.accent : data.colours[s][this.dark ? 1 : 0]
      context.fillStyle = colour
      if (start === end) context.fillRect(at(start) - 1.5, s === 1 ? 8 : 0, 3, s === 2 ? 16 : 8)
      else {
        context.globalAlpha = 0.28
        context.fillRect(at(start), 0, at(end) - at(start), 16)
        context.globalAlpha = 1
        context.font = '11px sans-serif'
        context.textBaseline = 'middle'
        context.textAlign = 'center'
        context.fillStyle = this.dark ? '#e8e6e1' : '#1f2328'
        if (context.measureText(name).width < at(end) - at(start)) context.fillText(name, (at(start) + at(end)) / 2, 8.5)
      }
    }
    context.fillStyle = this.dark ? '#ffffff' : '#14171a'
    context.fillRect(at(this.time) - 1, 0, 2, 16)
  }

  // A line at the moment in Plotly's charts over seconds, drawn over them.
  cursors(time) {
    if (!this.data.charts) return
    for (const plot of document.querySelectorAll(`${this.data.charts} .js-plotly-plot`)) {
      const layout = plot._fullLayout
      if (!layout?.xaxis?.l2p) continue
      let line = plot.querySelector(':scope > .trainsight-cursor')
      if (!line) {
        line = document.createElement('div')
        line.className = 'trainsight-cursor'
        line.style.cssText = 'position:absolute;width:2px;pointer-events:none;z-index:2'
        plot.style.position = 'relative'
        plot.appendChild(line)
        plot.addEventListener('click', e => {
          const x = e.clientX - plot.getBoundingClientRect().left - layout.xaxis._offset
          if (x >= 0 && x <= layout.xaxis._length && !this.closed) this.seek(plot._fullLayout.xaxis.p2l(x))
        })
      }
      const { xaxis, _size: size } = layout
      const x = xaxis.l2p(time)
      line.hidden = x < 0 || x > xaxis._length
      line.style.background = this.accent
      line.style.left = `${xaxis._offset + x - 1}px`
      line.style.top = `${size.t}px`
      line.style.height = `${size.h}px`
    }
  }
}

function fitted(canvas, width, height, scale) {
  canvas.style.height = `${height}px`
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h]
  const context = canvas.getContext('2d')
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}

const mounted = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Player(parentElement))
  mounted.get(parentElement).update(data, setStateValue)
  return () => {
    mounted.get(parentElement)?.close()
    mounted.delete(parentElement)
  }
}
