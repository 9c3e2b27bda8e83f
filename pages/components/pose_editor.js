// A figure whose joints are dragged; bones keep their lengths. See pose_editor.py for `data`.

const SIZE = 640
const COLOURS = { left_arm: '#4293de', right_arm: '#f28e2b', left_leg: '#175ca8', right_leg: '#c4520e' }
const SKY = '#cedeec', GROUND = '#929a94', LINES = '#fafaf7', BODY = '#5c616a', HEAD = '#e7caaa', GEAR = '#8c3e84', BALL = '#f6cd3a'
const REACH = 24 // pixels of the screen within which a joint is taken hold of
const HANDLE = 6 // pixels of the screen that a joint's radius has
const TURN = (3 * Math.PI) / 180 // of an arrow key

// From, to, width as a share of stature, colour; as the guide is drawn (data/scenes/guide.py).
const LIMBS = [
  ['neck', 'chest', 0.12, BODY], ['chest', 'pelvis', 0.13, BODY],
  ['left_shoulder', 'right_shoulder', 0.064, BODY], ['left_hip', 'right_hip', 0.09, BODY],
  ['left_shoulder', 'left_hip', 0.07, BODY], ['right_shoulder', 'right_hip', 0.07, BODY],
  ...['left', 'right'].flatMap(s => [
    [`${s}_hip`, `${s}_knee`, 0.08, COLOURS[`${s}_leg`]], [`${s}_knee`, `${s}_ankle`, 0.054, COLOURS[`${s}_leg`]],
    [`${s}_ankle`, `${s}_toe`, 0.036, COLOURS[`${s}_leg`]], [`${s}_heel`, `${s}_toe`, 0.034, COLOURS[`${s}_leg`]],
    [`${s}_shoulder`, `${s}_elbow`, 0.053, COLOURS[`${s}_arm`]], [`${s}_elbow`, `${s}_wrist`, 0.04, COLOURS[`${s}_arm`]],
    [`${s}_wrist`, `${s}_hand`, 0.034, COLOURS[`${s}_arm`]],
  ]),
  ['neck', 'head', 0.06, HEAD],
]

class Editor {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'editor'
    this.root.innerHTML =
      `<canvas width="${SIZE}" height="${SIZE}" tabindex="0" role="application"></canvas>` +
      '<div class="below"><button class="use" type="button"></button>' +
      '<button class="reset" type="button"></button><output aria-live="polite"></output></div>'
    parent.appendChild(this.root)
    this.canvas = this.root.querySelector('canvas')
    this.output = this.root.querySelector('output')
    const on = (event, method) => this.canvas.addEventListener(event, e => this[method](e))
    on('pointerdown', 'take'); on('pointermove', 'drag'); on('pointerup', 'drop')
    on('pointercancel', 'drop'); on('keydown', 'press')
    new ResizeObserver(() => this.data && this.draw()).observe(this.canvas)
    this.root.querySelector('.reset').onclick = () => this.reset()
    this.root.querySelector('.use').onclick = () =>
      this.tell('used', { joints: this.joints, at: Date.now() })
  }

  update(data, tell) {
    this.tell = tell
    const before = JSON.stringify(this.data?.joints)
    this.data = data
    const { label, hint, use, reset } = data.texts
    this.canvas.setAttribute('aria-label', `${label}. ${hint}`)
    this.root.querySelector('.use').textContent = use
    this.root.querySelector('.reset').textContent = reset
    this.children = data.joints.map(() => [])
    for (const [joint, parent] of Object.entries(data.parents)) this.children[parent].push(Number(joint))
    this.handles = Object.keys(data.names).map(Number).filter(j => data.joints[j])
    if (before !== JSON.stringify(data.joints)) this.reset()
    else this.draw()
  }

  reset() {
    this.joints = this.data.joints.map(place => place && [...place])
    this.held = null
    this.say('')
    this.draw()
  }

  // On a phone the canvas is small, fingers aren't.
  width() {
    return Math.min(this.canvas.getBoundingClientRect().width || SIZE, SIZE)
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
  }

  take(event) {
    const [x, y] = this.place(event)
    const away = j => Math.hypot(this.joints[j][0] - x, this.joints[j][1] - y)
    const nearest = this.handles.reduce((a, b) => (away(b) < away(a) ? b : a))
    if (away(nearest) * this.width() > REACH) return
    event.preventDefault()
    this.canvas.focus({ preventScroll: true })
    this.canvas.setPointerCapture(event.pointerId)
    this.canvas.classList.add('dragging')
    this.held = nearest
    this.dragging = true
    this.draw()
  }

  drag(event) {
    if (!this.dragging) return
    const [x, y] = this.place(event)
    const joint = this.held, at = this.joints[joint]
    if (joint === this.data.root) this.shift(x - at[0], y - at[1])
    else {
      const [px, py] = this.joints[this.data.parents[joint]]
      this.turn(joint, Math.atan2(y - py, x - px) - Math.atan2(at[1] - py, at[0] - px))
    }
    this.draw()
  }

  drop() {
    this.dragging = false
    this.canvas.classList.remove('dragging')
  }

  press(event) {
    const steps = { ArrowUp: -1, ArrowDown: 1 }, turns = { ArrowLeft: -TURN, ArrowRight: TURN }
    if (event.key in steps) {
      const now = this.handles.indexOf(this.held)
      this.held = this.handles[(now + steps[event.key] + this.handles.length) % this.handles.length]
    } else if (event.key in turns && this.held !== null) {
      if (this.held === this.data.root) this.shift(Math.sign(turns[event.key]) * 0.01, 0)
      else this.turn(this.held, turns[event.key])
    } else return
    event.preventDefault()
    this.draw()
  }

  beyond(joint) {
    return [joint, ...this.children[joint].flatMap(child => this.beyond(child))]
  }

  shift(dx, dy) {
    this.joints = this.joints.map(place => place && [place[0] + dx, place[1] + dy])
  }

  turn(joint, angle) {
    const [px, py] = this.joints[this.data.parents[joint]]
    const cos = Math.cos(angle), sin = Math.sin(angle)
    // A foot turns as a whole: who pulls the toe takes the heel along.
    const names = this.data.index, heel = { [names.left_toe]: names.left_heel, [names.right_toe]: names.right_heel }
    for (const j of [...this.beyond(joint), ...(joint in heel ? [heel[joint]] : [])]) {
      if (!this.joints[j]) continue
      const [x, y] = this.joints[j]
      this.joints[j] = [px + cos * (x - px) - sin * (y - py), py + sin * (x - px) + cos * (y - py)]
    }
  }

  // Degrees between the bones that meet at a joint, null where fewer than two do.
  angle(joint) {
    const child = this.children[joint][0], parent = this.data.parents[joint]
    if (child === undefined || parent === undefined || !this.joints[child]) return null
    const [x, y] = this.joints[joint]
    const ends = [this.joints[parent], this.joints[child]].map(([a, b]) => Math.atan2(b - y, a - x))
    const turn = Math.abs(ends[0] - ends[1]) % (2 * Math.PI)
    return { degrees: Math.round((Math.min(turn, 2 * Math.PI - turn) * 180) / Math.PI), ends }
  }

  say(text, outside = false) {
    this.output.textContent = text
    this.output.classList.toggle('outside', outside)
  }

  draw() {
    const { index, stature, horizon, lines, props, texts, names, ranges } = this.data
    const pen = this.canvas.getContext('2d')
    pen.setTransform(SIZE, 0, 0, SIZE, 0, 0)
    pen.lineCap = 'round'
    pen.fillStyle = GROUND
    pen.fillRect(0, 0, 1, 1)
    if (horizon !== null) { pen.fillStyle = SKY; pen.fillRect(0, 0, 1, horizon) }
    const stroke = (a, b, width, colour) => {
      pen.strokeStyle = colour
      pen.lineWidth = width
      pen.beginPath(); pen.moveTo(...a); pen.lineTo(...b); pen.stroke()
    }
    const disc = (at, radius, colour) => {
      pen.fillStyle = colour
      pen.beginPath(); pen.arc(at[0], at[1], radius, 0, 7); pen.fill()
    }
    for (const [a, b] of lines) stroke(a.slice(0, 2), b.slice(0, 2), Math.max(a[2] + b[2], 0.002), LINES)
    for (const prop of props) {
      const carry = this.carried(prop)
      if (prop.ball) disc(carry(prop.tip), prop.radius, BALL)
      else stroke(carry(prop.tail), carry(prop.tip), Math.max(0.012, stature * 0.02), GEAR)
    }
    for (const [from, to, width, colour] of LIMBS) {
      const a = this.joints[index[from]], b = this.joints[index[to]]
      if (a && b) stroke(a, b, width * stature, colour)
    }
    if (this.joints[index.head]) disc(this.joints[index.head], 0.062 * stature, HEAD)
    if (this.joints[index.nose]) disc(this.joints[index.nose], 0.014 * stature, '#36302e')
    const found = this.held === null ? null : this.angle(this.held), range = ranges[this.held]
    if (found && range) {
      // Where the bone beyond the joint can't go: nearer to the one before it than its range.
      const low = (range[0] * Math.PI) / 180
      pen.fillStyle = 'rgb(209 73 0 / 0.35)'
      pen.beginPath()
      pen.moveTo(...this.joints[this.held])
      pen.arc(...this.joints[this.held], 0.16 * stature, found.ends[0] - low, found.ends[0] + low)
      pen.fill()
    }
    const radius = HANDLE / this.width()
    // The held one last: others may lie over it.
    for (const j of [...this.handles.filter(j => j !== this.held), this.held]) {
      if (j === null) continue
      disc(this.joints[j], radius, '#1f2328')
      disc(this.joints[j], radius * 0.7, j === this.held ? '#ffd23f' : '#fff')
    }
    if (this.held === null) return
    if (!found) return this.say(names[this.held])
    const outside = range && (found.degrees < range[0] || found.degrees > range[1])
    pen.strokeStyle = outside ? '#d14900' : '#ffd23f'
    pen.lineWidth = 4 / SIZE
    pen.beginPath()
    const [from, to] = found.ends, turn = ((to - from + 3 * Math.PI) % (2 * Math.PI)) - Math.PI
    pen.arc(...this.joints[this.held], 0.09 * stature, from, from + turn, turn < 0)
    pen.stroke()
    const text = (outside ? texts.outside : range ? texts.within : texts.angle).replace('{joint}', names[this.held])
    this.say(
      text.replace('{degrees}', found.degrees).replace('{low}', range?.[0]).replace('{high}', range?.[1]),
      outside
    )
  }

  // Where a place of the equipment has gone with the hand that holds it.
  carried({ hand }) {
    if (!hand) return place => place
    const [[hx, hy], [wx, wy]] = hand.map(j => this.data.joints[j])
    const [[x, y], [vx, vy]] = hand.map(j => this.joints[j])
    const angle = Math.atan2(y - vy, x - vx) - Math.atan2(hy - wy, hx - wx)
    const cos = Math.cos(angle), sin = Math.sin(angle)
    return ([a, b]) => [x + cos * (a - hx) - sin * (b - hy), y + sin * (a - hx) + cos * (b - hy)]
  }
}

const mounted = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Editor(parentElement))
  mounted.get(parentElement).update(data, setTriggerValue)
  return () => {
    mounted.get(parentElement)?.root.remove()
    mounted.delete(parentElement)
  }
}
