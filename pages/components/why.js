// What each word did: its attention and the picture without it. See why.py for what `data` holds.

const OPAQUE = 0.85 // of the strongest colour over the picture

const decode = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))
const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16))

class Why {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'why'
    const figure = '<figure><canvas role="img"></canvas><figcaption></figcaption></figure>'
    this.root.innerHTML =
      '<p class="words"></p><p class="line" aria-live="polite"></p>' +
      `<div class="three">${figure.repeat(3)}</div>` +
      '<div class="below"><label><span></span><input type="range" min="0"></label><output></output>' +
      '<label><input type="checkbox"><span></span></label></div>'
    parent.appendChild(this.root)
    this.canvases = [...this.root.querySelectorAll('canvas')]
    this.range = this.root.querySelector('input[type=range]')
    this.own = this.root.querySelector('input[type=checkbox]')
    this.range.oninput = () => this.draw()
    this.own.onchange = () => this.draw()
  }

  update(data) {
    if (data === this.data) return
    this.data = data
    this.word = data.first
    this.maps = decode(data.maps)
    this.changes = decode(data.changes)
    this.palette = data.colours.map(rgb)
    const [slider, own] = this.root.querySelectorAll('.below span')
    slider.textContent = data.texts.slider
    own.textContent = data.texts.own
    this.range.max = data.steps
    this.range.value = 0
    this.write()
    this.load(data.picture).then(picture => { this.picture = picture; this.draw() })
    this.others = []
    data.words.forEach((word, i) =>
      this.load(word.picture).then(picture => { this.others[i] = picture; this.draw() }))
  }

  load(file) {
    const picture = new Image()
    picture.src = 'data:image/jpeg;base64,' + file
    return picture.decode().then(() => picture)
  }

  write() {
    const { sentence, words, texts } = this.data
    const line = this.root.querySelector('.words')
    line.replaceChildren()
    let end = 0
    words.forEach((word, i) => {
      line.append(sentence.slice(end, word.start).join(''))
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = sentence.slice(word.start, word.stop).join('')
      button.title = word.means
      const choose = () => { this.word = i; this.draw() }
      for (const event of ['pointerenter', 'focus', 'click']) button.addEventListener(event, choose)
      line.append(button)
      end = word.stop
    })
    line.append(sentence.slice(end).join(''))
    line.title = texts.help
  }

  // The word's map at the chosen step, or its mean over all of them, each place from 0 to 1.
  map() {
    const { steps, side } = this.data
    const size = side * side, step = Number(this.range.value)
    const found = new Float32Array(size)
    const [first, last] = step ? [step - 1, step] : [0, steps]
    for (let s = first; s < last; s++)
      for (let i = 0; i < size; i++)
        found[i] += this.maps[(this.word * steps + s) * size + i] / 255 / (last - first)
    if (!this.own.checked) return [found, 0, this.data.peak]
    const low = Math.min(...found), high = Math.max(...found)
    for (let i = 0; i < size; i++) found[i] = (found[i] - low) / Math.max(high - low, 1e-6)
    return [found, low * this.data.peak, high * this.data.peak]
  }

  change() {
    const size = this.data.changeSide ** 2
    const found = new Float32Array(size)
    for (let i = 0; i < size; i++) found[i] = this.changes[this.word * size + i] / 255
    return found
  }

  draw() {
    if (!this.data || !this.picture) return
    const { texts, words, side, changeSide, most, steps } = this.data
    const word = words[this.word]
    this.root.querySelectorAll('.words button').forEach((button, i) =>
      button.setAttribute('aria-pressed', i === this.word))
    this.root.querySelector('.line').textContent = word.line
    const step = Number(this.range.value)
    const name = step ? texts.step.replace('{n}', step) : texts.all
    this.root.querySelector('output').textContent = name
    this.range.setAttribute('aria-valuetext', name)
    const [map, low, high] = this.map()
    this.paint(0, this.picture, map, side, texts.attention, [low, high], `${word.means}, ${name}`)
    this.paint(1, this.others[this.word], null, 0, texts.without, null, word.means)
    this.paint(2, this.picture, this.change(), changeSide, texts.change, [0, most], word.line)
  }

  paint(place, picture, map, side, title, limits, about) {
    const canvas = this.canvases[place]
    canvas.width = canvas.height = 512
    canvas.setAttribute('aria-label', `${title}: ${about}`)
    const pen = canvas.getContext('2d')
    if (picture) pen.drawImage(picture, 0, 0, 512, 512)
    const caption = canvas.nextElementSibling
    caption.textContent = title
    if (!map) return
    const colours = new ImageData(side, side)
    map.forEach((share, i) => {
      const at = Math.min(share, 1) * (this.palette.length - 1)
      const k = Math.min(Math.floor(at), this.palette.length - 2)
      for (let c = 0; c < 3; c++)
        colours.data[4 * i + c] = this.palette[k][c] + (at - k) * (this.palette[k + 1][c] - this.palette[k][c])
      colours.data[4 * i + 3] = 255 * OPAQUE * Math.sqrt(Math.min(share, 1))
    })
    const small = new OffscreenCanvas(side, side)
    small.getContext('2d').putImageData(colours, 0, 0)
    // The picture steps back to grey, so that the colours of the map are the only ones.
    pen.filter = 'grayscale(1)'
    if (picture) pen.drawImage(picture, 0, 0, 512, 512)
    pen.filter = 'none'
    pen.drawImage(small, 0, 0, 512, 512)
    const scale = document.createElement('div')
    scale.className = 'scale'
    const bar = document.createElement('i')
    bar.style.background = `linear-gradient(90deg, ${this.data.colours.join(', ')})`
    const percent = value => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`
    scale.append(percent(limits[0]), bar, percent(limits[1]))
    caption.append(scale)
  }
}

const mounted = new WeakMap()

export default function ({ data, parentElement }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Why(parentElement))
  mounted.get(parentElement).update(data)
  return () => {
    mounted.get(parentElement)?.root.remove()
    mounted.delete(parentElement)
  }
}
