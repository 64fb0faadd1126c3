/** Photo and mask drawn by WebGL2 on one opaque canvas: class bytes as textures, colours looked up in the shader.
 *
 * Colour, opacity, hiding and patterns are uniforms and a 256-texel table: changing them uploads no tile.
 */

import { areaOf, type Box, intersection, isEmpty, type Point, union } from '../painting/box'
import type { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { TILE, TILE_PX, type TileKey, WHOLE_TILE } from '../painting/tile'
import { GlPhoto } from './glPhoto'
import { GlRing } from './glRing'
import type { Look } from './look'
import { GAP, patternTable, PERIOD_PX } from './patterns'
import { Parts, Program } from './program'
import type { Ring } from './ring'
import { GROUND, type Screen, slotName, texelsOf } from './screen'
import { placesIn, type View } from './view'

const VERTEX = `#version 300 es
layout(location = 0) in vec4 part;               // of the screen: left, top, right, bottom in device pixels
layout(location = 1) in vec3 place;              // of the tile: left, top in device pixels; layer of the texture
uniform vec2 screen;
uniform float size;         // of a tile, in device pixels
out vec2 texel;
flat out int layer;
void main() {
  vec2 at = mix(part.xy, part.zw, vec2(gl_VertexID & 1, gl_VertexID >> 1));
  texel = (at - place.xy) / size * ${TILE}.0;
  layer = int(place.z);
  vec2 clip = at / screen * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`

/** What near and far have in common. Drawn by a processor both sides of a branch are computed: there are none. */
const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision mediump sampler2DArray;
uniform usampler2DArray tiles;
uniform sampler2D looks;    // colour; alpha is 0 where the class is hidden, else 1 + the number of its pattern, in 1/255
uniform sampler2DArray patterns;
uniform float opacity;
uniform vec2 screen;
uniform vec2 corner;        // of the screen on the stage, in device pixels
uniform float period;       // of the patterns, in device pixels
in vec2 texel;
flat in int layer;
out vec4 colour;

vec4 shown(uint value, float share) {
  vec4 look = texelFetch(looks, ivec2(int(value), 0), 0);
  vec2 at = (corner + vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y)) / period;
  float pattern = max(look.a * 255.0 - 1.0, 0.0);
  float strength = texture(patterns, vec3(at, pattern)).r;
  float alpha = sign(look.a) * share * strength;
  return vec4(look.rgb * alpha * ((strength - ${GAP}) / (1.0 - ${GAP})), alpha);
}
`

const NEAR = `${HEAD}
void main() {
  uint value = texelFetch(tiles, ivec3(min(ivec2(texel), ${TILE - 1}), layer), 0).r;
  colour = shown(value, 1.0) * opacity;
}`

/** Shares are blended; the colour is that of the block with most of the pixel. */
const FAR = `${HEAD}
vec2 block(ivec2 at) {
  return vec2(texelFetch(tiles, ivec3(clamp(at, 0, ${TILE - 1}), layer), 0).rg);
}

vec2 more(vec2 one, vec2 other) {
  return mix(one, other, step(one.y, other.y));
}

void main() {
  vec2 middle = texel - 0.5;
  ivec2 at = ivec2(floor(middle));
  vec2 part = fract(middle);
  vec2 rest = 1.0 - part;
  vec2 a = block(at) * vec2(1.0, rest.x * rest.y / 255.0);
  vec2 b = block(at + ivec2(1, 0)) * vec2(1.0, part.x * rest.y / 255.0);
  vec2 c = block(at + ivec2(0, 1)) * vec2(1.0, rest.x * part.y / 255.0);
  vec2 d = block(at + ivec2(1, 1)) * vec2(1.0, part.x * part.y / 255.0);
  vec2 most = more(more(a, b), more(c, d));
  colour = shown(uint(most.x), a.y + b.y + c.y + d.y) * opacity;
}`

/** Layers per texture, and how many tiles stay on the device when they are out of sight. */
const LAYERS = 32
const MOST_SLOTS = 256

/** What the device may have before it: two draws, or a few more that are small, in pixels of the screen.
 *
 * Even where nothing waits it is two frames until a draw is known to be done.
 */
const FEW_DRAWS = 2
const FEW_PX = 60_000
const MOST_DRAWS = 6
/** A device that does not tell when it is done is taken to be, in milliseconds. */
const LONGEST_DRAW = 500

type Pool = {
  format: number
  internal: number
  bytes: number
  pages: WebGLTexture[]
  free: Slot[]
  slots: Map<number, Slot>
}
type Slot = { page: number; layer: number; stale: Box | null; usedAt: number }

export class GlScreen implements Screen {
  private readonly gl: WebGL2RenderingContext
  private readonly near: Program
  private readonly far: Program
  private readonly looks: WebGLTexture
  private readonly parts: Parts
  private readonly pools: [Pool, Pool]
  private shownLook: Look | null = null
  private clock = 0
  private isWarm = false
  /** Given to the device, and not known to be done. */
  private readonly draws: { fence: WebGLSync; at: number; pixels: number }[] = []
  readonly photo: GlPhoto
  private readonly cursor: GlRing
  /** The cursor, where it is large. Nothing is drawn until the next draw. */
  ring: Ring | null = null

  /** Throws when the browser has no WebGL2. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    private mask: Mask,
    private coverage: Coverage,
  ) {
    const gl = canvas.getContext('webgl2', {
      // Nothing under an opaque canvas has to be drawn by the browser.
      alpha: false,
      antialias: false,
      depth: false,
      // Only the painted part is redrawn while a stroke runs, so the rest has to survive the frame.
      preserveDrawingBuffer: true,
    })
    if (!gl) throw new Error('This browser has no WebGL2.')
    this.gl = gl
    this.photo = new GlPhoto(gl, mask.width)
    this.cursor = new GlRing(gl)
    this.near = new Program(gl, VERTEX, NEAR)
    this.far = new Program(gl, VERTEX, FAR)
    this.looks = gl.createTexture()
    this.parts = new Parts(gl, [4, 3])
    const pool = (format: number, internal: number, bytes: number): Pool => ({
      format,
      internal,
      bytes,
      pages: [],
      free: [],
      slots: new Map(),
    })
    this.pools = [pool(gl.RED_INTEGER, gl.R8UI, 1), pool(gl.RG_INTEGER, gl.RG8UI, 2)]
    this.prepare()
  }

  get isLost(): boolean {
    return this.gl.isContextLost()
  }

  get isBusy(): boolean {
    const { gl, draws } = this
    const isDone = ({ fence, at }: (typeof draws)[0]): boolean =>
      gl.isContextLost() ||
      gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED ||
      performance.now() - at > LONGEST_DRAW
    while (draws[0] && isDone(draws[0])) gl.deleteSync(draws.shift()!.fence)
    if (draws.length >= MOST_DRAWS) return true
    return draws.length >= FEW_DRAWS && draws.reduce((sum, { pixels }) => sum + pixels, 0) > FEW_PX
  }

  /** Show another mask, of this photo or another one. */
  show(mask: Mask, coverage: Coverage): void {
    this.photo.width = mask.width
    this.mask = mask
    this.coverage = coverage
    for (const pool of this.pools) {
      pool.free.push(...pool.slots.values())
      pool.slots.clear()
    }
  }

  setLight(brightness: number, contrast: number, gamma: number): void {
    this.photo.setLight(brightness, contrast, gamma)
  }

  changed(level: number, key: TileKey, box: Box): void {
    const slot = this.pools[level > 0 ? 1 : 0].slots.get(slotName(level, key))
    if (slot) slot.stale = union(slot.stale, box)
  }

  draw(view: View, level: number, look: Look, parts: readonly Box[], corner: Point): void {
    const { gl } = this
    if (gl.isContextLost()) return
    this.clock++
    gl.viewport(0, 0, view.width, view.height)
    gl.enable(gl.SCISSOR_TEST)
    for (const { left, top, right, bottom } of parts) {
      gl.scissor(left, view.height - bottom, right - left, bottom - top)
      gl.clear(gl.COLOR_BUFFER_BIT)
    }
    gl.disable(gl.SCISSOR_TEST)
    this.photo.draw(view, parts)
    if (look.opacity > 0) this.drawMask(view, level, look, parts, corner)
    if (this.ring) this.cursor.draw(this.ring, view, parts, corner)
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    const pixels = parts.reduce((sum, part) => sum + areaOf(part), 0)
    if (fence) this.draws.push({ fence, at: performance.now(), pixels })
  }

  private drawMask(view: View, level: number, look: Look, parts: readonly Box[], corner: Point): void {
    const { gl } = this
    const pool = this.pools[level > 0 ? 1 : 0]
    const byPage = new Map<number, number[]>()
    for (const part of parts) {
      for (const { key, left, top, size } of placesIn(view, level, this.mask, part)) {
        const slot = this.resident(pool, level, key)
        if (!slot) continue
        const shown = intersection(part, { left, top, right: left + size, bottom: top + size })
        if (isEmpty(shown)) continue
        const list = byPage.get(slot.page) ?? []
        list.push(shown.left, shown.top, shown.right, shown.bottom, left, top, slot.layer)
        byPage.set(slot.page, list)
      }
    }
    if (byPage.size === 0) return
    this.prepareMask(view, level, look, corner)
    for (const [page, list] of byPage) {
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, pool.pages[page]!)
      this.parts.draw(list)
    }
  }

  private prepareMask(view: View, level: number, look: Look, corner: Point): void {
    const { gl } = this
    const { at } = (level > 0 ? this.far : this.near).use()
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    this.setColours(look)
    gl.uniform2f(at('screen'), view.width, view.height)
    gl.uniform2f(at('corner'), corner.x, corner.y)
    gl.uniform1f(at('size'), TILE * 2 ** level * view.scale)
    gl.uniform1f(at('opacity'), look.opacity)
    gl.uniform1f(at('period'), PERIOD_PX * devicePixelRatio)
    gl.activeTexture(gl.TEXTURE0)
  }

  /** What it showed must not be seen with the next photo. */
  empty(): void {
    this.gl.clear(this.gl.COLOR_BUFFER_BIT)
  }

  /** Draw a tile of nothing both ways: a driver makes its program when it is first used, which a stroke must not wait for. */
  warmUp(view: View, look: Look): void {
    const { gl } = this
    if (this.isWarm || gl.isContextLost()) return
    this.isWarm = true
    for (const [level, pool] of this.pools.entries()) {
      const slot = this.claim(pool)
      this.upload(pool, slot, WHOLE_TILE, new Uint8Array(pool.bytes * TILE_PX))
      this.prepareMask(view, level, look, { x: 0, y: 0 })
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, pool.pages[slot.page]!)
      this.parts.draw([0, 0, 1, 1, 0, 0, slot.layer])
      pool.free.push(slot)
    }
    this.cursor.warmUp()
  }

  dispose(): void {
    // Gives back everything at once, and does no harm to a context that is lost already.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  private prepare(): void {
    const { gl } = this
    gl.clearColor(GROUND[0] / 255, GROUND[1] / 255, GROUND[2] / 255, 1)
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    for (const program of [this.near, this.far]) {
      const { at } = program.use()
      for (const [unit, name] of ['tiles', 'looks', 'patterns'].entries()) gl.uniform1i(at(name), unit)
    }
    gl.activeTexture(gl.TEXTURE1)
    gl.bindTexture(gl.TEXTURE_2D, this.looks)
    plain(gl, gl.TEXTURE_2D)
    gl.activeTexture(gl.TEXTURE2)
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, gl.createTexture())
    plain(gl, gl.TEXTURE_2D_ARRAY, gl.REPEAT)
    const { size, count, strengths } = patternTable()
    gl.texImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.R8, size, size, count, 0, gl.RED, gl.UNSIGNED_BYTE, strengths)
    // From here on only tiles: before, the patterns would be taken for images as high as a tile, and refused.
    gl.pixelStorei(gl.UNPACK_IMAGE_HEIGHT, TILE)
  }

  private setColours(look: Look): void {
    const { gl } = this
    if (this.shownLook?.colours === look.colours && this.shownLook.patterns === look.patterns) return
    const table = look.colours.slice()
    look.patterns.forEach((pattern, value) => {
      if (table[4 * value + 3]! > 0) table[4 * value + 3] = 1 + pattern
    })
    gl.activeTexture(gl.TEXTURE1)
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, 0)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, table)
    this.shownLook = look
  }

  /** The slot of a tile with its texels up to date; null where nothing is painted. */
  private resident(pool: Pool, level: number, key: TileKey): Slot | null {
    const texels = texelsOf(this.mask, this.coverage, level, key)
    if (!texels) return null
    const name = slotName(level, key)
    let slot = pool.slots.get(name)
    if (!slot) {
      slot = this.claim(pool)
      slot.stale = WHOLE_TILE
      pool.slots.set(name, slot)
    }
    slot.usedAt = this.clock
    if (slot.stale && slot.stale.left < slot.stale.right) this.upload(pool, slot, slot.stale, texels)
    slot.stale = null
    return slot
  }

  private upload(pool: Pool, slot: Slot, box: Box, texels: Uint8Array): void {
    const { gl } = this
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, pool.pages[slot.page]!)
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, TILE)
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, box.left)
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, box.top)
    gl.texSubImage3D(
      gl.TEXTURE_2D_ARRAY,
      0,
      box.left,
      box.top,
      slot.layer,
      box.right - box.left,
      box.bottom - box.top,
      1,
      pool.format,
      gl.UNSIGNED_BYTE,
      texels,
    )
  }

  private claim(pool: Pool): Slot {
    if (pool.free.length === 0 && pool.slots.size >= MOST_SLOTS) this.evict(pool)
    if (pool.free.length === 0) this.addPage(pool)
    return pool.free.pop()!
  }

  /** Give up the tiles that were out of sight the longest; those of this frame stay, however many they are. */
  private evict(pool: Pool): void {
    const old = [...pool.slots]
      .filter(([, slot]) => slot.usedAt < this.clock)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [name, slot] of old.slice(0, LAYERS)) {
      pool.slots.delete(name)
      pool.free.push(slot)
    }
  }

  private addPage(pool: Pool): void {
    const { gl } = this
    const texture = gl.createTexture()
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture)
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, pool.internal, TILE, TILE, LAYERS)
    plain(gl, gl.TEXTURE_2D_ARRAY)
    const page = pool.pages.push(texture) - 1
    for (let layer = LAYERS - 1; layer >= 0; layer--) pool.free.push({ page, layer, stale: null, usedAt: 0 })
  }
}

function plain(gl: WebGL2RenderingContext, target: number, wrap: number = gl.CLAMP_TO_EDGE): void {
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
  gl.texParameteri(target, gl.TEXTURE_WRAP_S, wrap)
  gl.texParameteri(target, gl.TEXTURE_WRAP_T, wrap)
}
