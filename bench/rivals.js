/* The two other ways of painting a mask in a browser, re-built from their public description; none of their code.
 *
 * CVAT: a canvas as large as the photo; every move adds a disc and a line to a list of shapes, and all of them are drawn
 * again; when the pointer rests the box around them is read back and scanned into runs.
 * Label Studio: the RGBA pixels of the whole photo as bit-packed runs, sent as a JSON list of numbers. */

window.fullCanvas = async (width, height, radius, path) => {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.style.cssText = 'position:absolute;left:0;top:0;width:700px;height:700px'
  document.body.append(canvas)
  const context = canvas.getContext('2d')
  const shapes = []
  const draw = () => {
    context.clearRect(0, 0, width, height)
    for (const { from, to } of shapes) {
      context.fillStyle = context.strokeStyle = 'rgb(250 160 30)'
      context.lineWidth = 2 * radius
      context.beginPath()
      context.arc(to[0], to[1], radius, 0, 2 * Math.PI)
      context.fill()
      context.beginPath()
      context.moveTo(...from)
      context.lineTo(...to)
      context.stroke()
    }
  }
  const frame = () => new Promise((go) => requestAnimationFrame(go))
  const moves = []
  let last = path[0]
  for (const place of path) {
    await frame()
    const began = performance.now()
    shapes.push({ from: last, to: place })
    last = place
    draw()
    // Drawing is put off until somebody looks; one pixel makes it happen now, as the next frame would.
    context.getImageData(place[0], place[1], 1, 1)
    moves.push(performance.now() - began)
  }
  const began = performance.now()
  const left = Math.max(0, Math.min(...path.map(([x]) => x)) - radius)
  const top = Math.max(0, Math.min(...path.map(([, y]) => y)) - radius)
  const right = Math.min(width, Math.max(...path.map(([x]) => x)) + radius)
  const bottom = Math.min(height, Math.max(...path.map(([, y]) => y)) + radius)
  const { data } = context.getImageData(left, top, right - left, bottom - top)
  const runs = []
  let isPainted = false
  let length = 0
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] > 0 === isPainted) length++
    else {
      runs.push(length)
      isPainted = !isPainted
      length = 1
    }
  }
  runs.push(length, left, top, right - 1, bottom - 1)
  const end = performance.now() - began
  window.rival = { canvas, data } // Kept, as the page keeps it.
  return { moves, end, bytes: JSON.stringify(runs).length, kept: 4 * width * height + data.byteLength }
}

window.rleOfRgba = (width, height, radius, path) => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  // All four channels alike, as its converter writes them: that is the shortest.
  context.strokeStyle = 'white'
  context.lineWidth = 2 * radius
  context.lineCap = context.lineJoin = 'round'
  context.beginPath()
  path.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)))
  context.stroke()
  const began = performance.now()
  const { data } = context.getImageData(0, 0, width, height)
  const packed = rle(data)
  const json = JSON.stringify(Array.from(packed))
  return { ms: performance.now() - began, bytes: json.length, kept: data.byteLength + packed.length }
}

/** Runs and stretches of bytes: a flag, which of four widths its length has, the length, then one value or all. */
function rle(data) {
  const WIDTHS = [3, 4, 8, 16]
  const out = []
  let word = 0
  let filled = 0
  const put = (value, bits) => {
    for (let bit = bits - 1; bit >= 0; bit--) {
      word = (word << 1) | ((value >>> bit) & 1)
      if (++filled === 8) {
        out.push(word)
        word = filled = 0
      }
    }
  }
  put(data.length, 32)
  put(7, 5)
  for (const width of WIDTHS) put(width - 1, 4)
  const head = (flag, length) => {
    const size = WIDTHS.findIndex((width) => length - 1 < 2 ** width)
    put(flag, 1)
    put(size, 2)
    put(length - 1, WIDTHS[size])
  }
  let i = 0
  while (i < data.length) {
    let end = i + 1
    while (end < data.length && data[end] === data[i] && end - i < 65536) end++
    if (end - i > 1) {
      head(1, end - i)
      put(data[i], 8)
      i = end
      continue
    }
    while (end < data.length && data[end] !== data[end - 1] && end - i < 65536) end++
    if (end < data.length && data[end] === data[end - 1]) end--
    head(0, end - i)
    for (; i < end; i++) put(data[i], 8)
  }
  if (filled) out.push(word << (8 - filled))
  return Uint8Array.from(out)
}
