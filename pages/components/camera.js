// The visitor's camera: small pictures for the server, and the joints that it found, drawn on top.

const WIDE = 320
const EVERY = 100 // milliseconds from one picture to the next
const MOST = 5 // pictures that are sent together

class Camera {
  constructor(parent) {
    this.root = document.createElement('div')
    this.root.className = 'camera'
    this.root.innerHTML = `
      <div class="stage" hidden><video muted playsinline></video><canvas></canvas></div>
      <p class="trouble" role="alert" hidden></p>
      <button type="button"></button>`
    parent.appendChild(this.root)
    this.video = this.root.querySelector('video')
    this.canvas = this.root.querySelector('canvas')
    this.stage = this.root.querySelector('.stage')
    this.trouble = this.root.querySelector('.trouble')
    this.button = this.root.querySelector('button')
    this.button.onclick = () => (this.stream ? this.stop() : this.start())
    this.small = document.createElement('canvas')
    this.taken = []
  }

  update(data, send) {
    this.send = send
    this.data = data
    this.waiting = false // what was sent has been looked at
    this.button.textContent = this.stream ? data.words.stop : data.words.start
    this.video.setAttribute('aria-label', data.words.label)
    this.draw()
  }

  async start() {
    this.trouble.hidden = true
    try {
      if (!navigator.mediaDevices) throw new Error('insecure')
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } }, audio: false })
    } catch (error) {
      this.trouble.hidden = false
      this.trouble.textContent = this.data.words[error.message === 'insecure' ? 'insecure' : 'refused']
      return
    }
    this.video.srcObject = this.stream
    await this.video.play()
    this.stage.hidden = false
    this.button.textContent = this.data.words.stop
    this.began = performance.now()
    this.waiting = false
    this.timer = setInterval(() => this.take(), EVERY)
  }

  stop() {
    clearInterval(this.timer)
    this.stream?.getTracks().forEach(track => track.stop())
    this.stream = null
    this.stage.hidden = true
    this.taken = []
    if (this.data) this.button.textContent = this.data.words.start
  }

  take() {
    const { videoWidth, videoHeight } = this.video
    if (!videoWidth) return
    this.small.width = Math.min(WIDE, videoWidth)
    this.small.height = Math.round((this.small.width * videoHeight) / videoWidth)
    this.small.getContext('2d').drawImage(this.video, 0, 0, this.small.width, this.small.height)
    const picture = this.small.toDataURL('image/jpeg', 0.8)
    this.taken.push([(performance.now() - this.began) / 1000, picture.slice(picture.indexOf(',') + 1)])
    // Never more on the way than the server keeps up with: the oldest pictures are left out.
    if (this.taken.length > MOST) this.taken.shift()
    if (!this.waiting && this.taken.length === MOST) {
      this.waiting = true
      this.send('pictures', this.taken.splice(0))
    }
  }

  draw() {
    const { pose, limbs, size } = this.data
    const context = this.canvas.getContext('2d')
    if (!pose.length || !size[0]) return context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ;[this.canvas.width, this.canvas.height] = size
    context.lineWidth = 4
    context.lineCap = 'round'
    for (const [a, b, colour] of limbs) {
      if (!pose[a] || !pose[b]) continue
      context.strokeStyle = colour
      context.beginPath()
      context.moveTo(...pose[a])
      context.lineTo(...pose[b])
      context.stroke()
    }
  }
}

const mounted = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Camera(parentElement))
  mounted.get(parentElement).update(data, setTriggerValue)
  return () => {
    mounted.get(parentElement)?.stop()
    mounted.delete(parentElement)
  }
}
