// How far a job is: a bar, and tiles for the pictures while they form. See progress.py for `data`.
// Both ask the server for the same few bytes; the page's script runs only when the bar says so.

const PAUSE = { running: 300, queued: 1000, lost: 2000 } // milliseconds between two questions
const GAP = 1200 // milliseconds between two runs of the page, unless the job's state changes
const LOST = 15000 // milliseconds after which a run that was asked for is taken for lost

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all)

// One job, asked after as long as somebody listens.
class Watch {
  constructor(address) {
    this.address = address
    this.listeners = new Set()
  }

  add(listener) {
    this.listeners.add(listener)
    this.timer ??= setTimeout(() => this.ask(), PAUSE.running)
  }

  remove(listener) {
    this.listeners.delete(listener)
    if (this.listeners.size) return
    clearTimeout(this.timer)
    this.timer = undefined
    watches.delete(this.address)
  }

  async ask() {
    let pause = PAUSE.lost
    try {
      const answer = await fetch(this.address, { cache: 'no-store' })
      if (answer.ok || answer.status === 404) {
        const told = await answer.json()
        this.listeners.forEach(listener => listener.hear(told))
        pause = PAUSE[told.state] ?? PAUSE.lost
      }
    } catch { /* the server is away for a moment; what is on the screen stays */ }
    if (this.listeners.size) this.timer = setTimeout(() => this.ask(), pause)
  }
}

const watches = new Map()

function watch(listener, address) {
  if (!watches.has(address)) watches.set(address, new Watch(address))
  watches.get(address).add(listener)
}

// Passed on once it is there, to be put over the one before it, so that nothing flickers.
async function picture(address, place, version, there, gone = () => {}) {
  const image = new Image()
  image.alt = ''
  image.src = `${address}/${place.replace(' ', '/')}?v=${version}`
  try { await image.decode() } catch { return gone() }
  there(image)
}

class Shown {
  constructor(parent, name) {
    this.root = document.createElement('div')
    this.root.className = name
    parent.append(this.root)
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue
    const before = this.data
    this.data = data
    if (before?.address !== data.address) {
      if (before) this.leave(before)
      this.begin()
    }
    this.awaited = false
    this.show(data.told)
    if (data.told.finished) this.leave(data)
    else watch(this, data.address)
  }

  leave({ address }) {
    watches.get(address)?.remove(this)
  }

  close() {
    this.leave(this.data)
    this.root.remove()
  }
}

class Bar extends Shown {
  begin() {
    this.asked = -Infinity
    this.root.innerHTML =
      '<figure></figure><p></p><div role="progressbar" aria-valuemin="0" aria-valuemax="100"><i></i></div>'
    this.looked = ''
  }

  show(told) {
    const words = this.words(told)
    const percent = Math.round(100 * told.fraction)
    const bar = this.root.querySelector('div')
    this.root.querySelector('p').textContent = words
    this.root.querySelector('i').style.width = `${percent}%`
    bar.setAttribute('aria-valuenow', percent)
    bar.setAttribute('aria-label', words)
    this.look(Object.entries(told.previews ?? {}).at(-1))
  }

  // The latest preview, small: whoever has scrolled away from the tiles sees the picture form too.
  look(latest) {
    if (!latest) return
    const [place, version] = latest
    if (this.looked === `${place} ${version}`) return
    this.looked = `${place} ${version}`
    picture(this.data.address, place, version, image => {
      if (this.looked === `${place} ${version}`) this.root.querySelector('figure').replaceChildren(image)
    })
  }

  words({ state, stage, position, picture, left, gigabytes }) {
    const { doing, texts, pictures } = this.data
    const line = [state === 'queued' ? fill(texts.waiting, { n: position }) : fill(doing[stage] ?? doing[''], { gigabytes })]
    if (pictures > 1 && stage) line.push(fill(texts.picture, { n: picture + 1, count: pictures }))
    if (left !== null) {
      const time = left < 90
        ? fill(texts.seconds, { n: Math.max(1, Math.round(left)) })
        : fill(texts.minutes, { n: Math.round(left / 60) })
      line.push(fill(texts.left, { time }))
    }
    return line.join(' · ')
  }

  hear(told) {
    if (!told.gone) this.show(told)
    const part = this.data.previews ? 'version' : 'chapter'
    if (told[part] === this.data.told[part]) return
    // A run that is under way is let end, or under load none ever would.
    const wait = this.awaited ? LOST : told.state === this.data.told.state ? GAP : 0
    if (performance.now() - this.asked < wait) return
    this.asked = performance.now()
    this.awaited = true
    this.trigger('moved', told[part] ?? 'gone')
  }
}

class Tiles extends Shown {
  begin() {
    const { pictures, tiles } = this.data
    this.root.classList.toggle('several', pictures > 1)
    this.root.innerHTML = ''
    this.places = new Map()
    for (let picture = 0; picture < pictures; picture++) {
      const row = this.root.appendChild(document.createElement('div'))
      for (const { stage, name } of tiles) {
        const tile = row.appendChild(document.createElement('figure'))
        tile.innerHTML = '<div></div><figcaption></figcaption>'
        tile.lastChild.textContent = name
        this.places.set(`${stage} ${picture}`, tile.firstChild)
      }
    }
  }

  show({ previews }) {
    for (const [place, version] of Object.entries(previews ?? {})) {
      const tile = this.places.get(place)
      if (!tile || tile.dataset.version === String(version)) continue
      tile.dataset.version = version
      this.put(tile, place, version)
    }
  }

  put(tile, place, version) {
    const [stage, n] = place.split(' ')
    const { name } = this.data.tiles.find(tile => tile.stage === stage)
    picture(this.data.address, place, version, image => {
      if (tile.dataset.version !== String(version)) return
      image.alt = fill(this.data.texts.alt, { n: Number(n) + 1, stage: name })
      tile.replaceChildren(image)
    }, () => { if (tile.dataset.version === String(version)) delete tile.dataset.version })
  }

  hear(told) {
    this.show(told)
  }
}

const mounted = new WeakMap()

export default function (component) {
  const parent = component.parentElement
  const kind = component.data.tiles ? Tiles : Bar
  if (!mounted.has(parent)) mounted.set(parent, new kind(parent, kind === Tiles ? 'stages' : 'bar'))
  mounted.get(parent).update(component)
  return () => {
    mounted.get(parent)?.close()
    mounted.delete(parent)
  }
}
