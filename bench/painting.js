/* What the bench keeps an eye on inside the page: frames, pointer samples, edits on the wire, tiles written, memory. */
(() => {
  if (window.meter) return
  const meter = (window.meter = {
    frames: [],
    /** Frames in which anything was drawn, by WebGL or on a canvas. */
    drawn: 0,
    hasDrawn: false,
    samples: 0,
    moves: 0,
    isOn: false,
    /** Per edit: bytes sent, and milliseconds from the pointer going up to the server's answer. */
    edits: [],
    ups: [],
    /** Tiles of the mask written to the device, or to a canvas. */
    uploads: 0,
    textures: 0,
  })
  const at = new WeakMap()

  const tick = (now) => {
    if (!meter.isOn) return
    meter.frames.push(now)
    if (meter.hasDrawn) meter.drawn++
    meter.hasDrawn = false
    requestAnimationFrame(tick)
  }
  meter.start = () => {
    Object.assign(meter, { frames: [], drawn: 0, hasDrawn: false, samples: 0, moves: 0, isOn: true })
    requestAnimationFrame(tick)
  }
  meter.stop = () => {
    meter.isOn = false
    return { frames: meter.frames, drawn: meter.drawn, samples: meter.samples, moves: meter.moves }
  }

  const early = { capture: true, passive: true }
  addEventListener(
    'pointermove',
    (event) => {
      if (!meter.isOn) return
      meter.moves++
      meter.samples += event.getCoalescedEvents().length || 1
    },
    early,
  )
  addEventListener('pointerup', () => meter.ups.push(performance.now()), early)

  const ask = window.fetch
  window.fetch = async (...given) => {
    const [address, options] = given
    if (options?.method !== 'POST' || !String(address).endsWith('/edits/')) return ask(...given)
    const answer = await ask(...given)
    // One stroke is one edit, and they are sent in their order.
    meter.edits.push({ bytes: options.body.byteLength, ms: performance.now() - meter.ups[meter.edits.length] })
    return answer
  }
  meter.forget = () => Object.assign(meter, { edits: [], ups: [] })

  const wrap = (prototype, name, note) => {
    const plain = prototype?.[name]
    if (plain)
      prototype[name] = function (...given) {
        note(this, given)
        return plain.apply(this, given)
      }
  }
  const GL = window.WebGL2RenderingContext?.prototype
  const bytes = { [0x8232]: 1, [0x8238]: 2, [0x8058]: 4, [0x822b]: 2 } // R8UI, RG8UI (both spellings), RGBA8
  wrap(GL, 'drawArraysInstanced', () => (meter.hasDrawn = true))
  wrap(CanvasRenderingContext2D.prototype, 'drawImage', () => (meter.hasDrawn = true))
  wrap(GL, 'texSubImage3D', () => meter.uploads++)
  wrap(GL, 'texSubImage2D', () => meter.uploads++)
  wrap(CanvasRenderingContext2D.prototype, 'putImageData', () => meter.uploads++)
  const bound = new WeakMap()
  wrap(GL, 'bindTexture', (gl, [, texture]) => bound.set(gl, texture))
  const count = (gl, size) => {
    const texture = bound.get(gl)
    if (!texture) return
    meter.textures += size - (at.get(texture) ?? 0)
    at.set(texture, size)
  }
  wrap(GL, 'texStorage3D', (gl, [, , format, w, h, d]) => count(gl, w * h * d * (bytes[format] ?? 4)))
  wrap(GL, 'texStorage2D', (gl, [, , format, w, h]) => count(gl, w * h * (bytes[format] ?? 4)))
  wrap(GL, 'deleteTexture', (_, [texture]) => {
    meter.textures -= at.get(texture) ?? 0
    if (texture) at.delete(texture)
  })

  /** Bytes of textures, and of the canvases in the page. */
  meter.pixels = () => {
    let sum = meter.textures
    for (const { width, height } of document.querySelectorAll('canvas')) sum += 4 * width * height
    return sum
  }
})()
