// Thumbnails side by side. See tiles.py for what `data` holds.

const STAR = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.2l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1L3.2 9.6l6.1-.8z"/></svg>'

class Tiles {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'tiles'
    parent.appendChild(this.root)
    this.chosen = new Set()
  }

  update({ data, setStateValue, setTriggerValue }) {
    this.state = setStateValue
    this.trigger = setTriggerValue
    if (data === this.data) return
    if (this.round !== undefined && this.round !== data.round) this.chosen.clear()
    this.round = data.round
    this.data = data
    const old = new Map([...this.root.children].map(tile => [tile.dataset.id, tile]))
    const tiles = data.items.map(item => {
      const tile = old.get(item.id) ?? this.tile(item)
      this.fill(tile, item)
      return tile
    })
    this.root.replaceChildren(...tiles)
    this.mark()
  }

  tile(item) {
    const tile = document.createElement('figure')
    tile.dataset.id = item.id
    tile.innerHTML =
      '<button class="open" type="button"></button>' +
      '<label class="tick"><input type="checkbox"></label>' +
      `<button class="star" type="button">${STAR}</button>` +
      '<figcaption><div class="name"></div><div class="note"></div></figcaption>'
    if (item.file) {
      const picture = document.createElement('img')
      picture.src = 'data:image/webp;base64,' + item.file
      picture.alt = item.alt
      tile.querySelector('.open').append(picture)
    } else tile.querySelector('.open').append(this.data.texts.damaged)
    tile.querySelector('.open').onclick = () => this.trigger('opened', item.id)
    const star = tile.querySelector('.star')
    star.onclick = () => {
      const yes = star.getAttribute('aria-pressed') !== 'true'
      star.setAttribute('aria-pressed', yes)
      this.trigger('starred', { id: item.id, yes })
    }
    tile.querySelector('input').onchange = e => {
      this.chosen[e.target.checked ? 'add' : 'delete'](item.id)
      this.mark()
      this.state('chosen', [...this.chosen])
    }
    return tile
  }

  fill(tile, item) {
    const { open, favourite, choose } = this.data.texts
    const what = `${item.name}, ${item.note}`
    tile.querySelector('.name').textContent = item.name
    tile.querySelector('.note').textContent = item.note
    tile.querySelector('.open').setAttribute('aria-label', `${open}: ${what}. ${item.alt}`)
    const star = tile.querySelector('.star')
    star.setAttribute('aria-pressed', item.favourite)
    star.setAttribute('aria-label', `${favourite}: ${what}`)
    star.title = favourite
    const tick = tile.querySelector('input')
    tick.setAttribute('aria-label', `${choose}: ${what}`)
    tick.parentElement.title = choose
  }

  mark() {
    this.root.classList.toggle('choosing', this.chosen.size > 0)
    for (const tile of this.root.children) {
      const chosen = this.chosen.has(tile.dataset.id)
      tile.classList.toggle('chosen', chosen)
      tile.querySelector('input').checked = chosen
    }
  }
}

const shown = new WeakMap()

export default function (component) {
  const parent = component.parentElement
  if (!shown.has(parent)) shown.set(parent, new Tiles(parent))
  const tiles = shown.get(parent)
  tiles.update(component)
  return () => {
    tiles.root.remove()
    shown.delete(parent)
  }
}
