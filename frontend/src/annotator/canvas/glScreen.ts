/** Photo and mask drawn by WebGL2 on one opaque canvas: class bytes as textures, colours looked up in the shader.
 *
 * Colour, opacity, hiding and patterns are uniforms and a 256-texel table: changing them uploads no tile.
 */

import { type Box, union } from '../painting/box'
import type { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { TILE, type TileKey, WHOLE_TILE } from '../painting/tile'
import { GlPhoto } from './glPhoto'
import type { Look } from './look'
import { PATTERN_GLSL, PERIOD_PX, WEAK } from './patterns'
import { link } from './program'
import { GROUND, type Screen, slotName, texelsOf, wholeScreen } from './screen'
import { placesIn, type View } from './view'

const VERTEX = `#version 300 es
in vec3 place;              // left, top in device pixels; layer of the texture
uniform vec2 screen;
uniform float size;         // of a tile, in device pixels
out vec2 texel;
flat out int layer;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  texel = corner * ${TILE}.0;
  layer = int(place.z);
  vec2 at = (place.xy + corner * size) / screen * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
}`

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
uniform usampler2DArray tiles;
uniform sampler2D looks;    // row 0: colour, alpha 0 hides; row 1: red is the number of the pattern
uniform float opacity;
uniform bool fromAfar;
uniform vec2 screen;
uniform float period;       // of the patterns, in device pixels
in vec2 texel;
flat in int layer;
out vec4 colour;
${PATTERN_GLSL}

vec4 shown(uint value, float share) {
  vec4 look = texelFetch(looks, ivec2(int(value), 0), 0);
  float alpha = look.a * share;
  int pattern = int(texelFetch(looks, ivec2(int(value), 1), 0).r * 255.0 + 0.5);
  vec2 at = vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y);
  if (pattern > 0 && !isStrong(pattern, at, period)) alpha *= ${WEAK};
  return vec4(look.rgb * alpha, alpha);
}

vec4 block(ivec2 at) {
  uvec4 found = texelFetch(tiles, ivec3(clamp(at, 0, ${TILE - 1}), layer), 0);
  return shown(found.r, float(found.g) / 255.0);
}

void main() {
  if (!fromAfar) {
    uint value = texelFetch(tiles, ivec3(min(ivec2(texel), ${TILE - 1}), layer), 0).r;
    if (value == 0u) discard;
    colour = shown(value, 1.0) * opacity;
  } else {
    vec2 middle = texel - 0.5;
    ivec2 at = ivec2(floor(middle));
    vec2 part = fract(middle);
    vec4 top = mix(block(at), block(at + ivec2(1, 0)), part.x);
    vec4 bottom = mix(block(at + ivec2(0, 1)), block(at + ivec2(1, 1)), part.x);
    colour = mix(top, bottom, part.y) * opacity;
  }
}`

/** Layers per texture, and how many tiles stay on the device when they are out of sight. */
const LAYERS = 32
const MOST_SLOTS = 256

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
  private readonly program: WebGLProgram
  private readonly at: Record<string, WebGLUniformLocation | null> = {}
  private readonly looks: WebGLTexture
  private readonly places: WebGLBuffer
  private readonly pools: [Pool, Pool]
  private shownLook: Look | null = null
  private clock = 0
  readonly photo: GlPhoto

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
    this.program = link(gl, VERTEX, FRAGMENT)
    for (const name of ['screen', 'size', 'tiles', 'looks', 'opacity', 'fromAfar', 'period']) {
      this.at[name] = gl.getUniformLocation(this.program, name)
    }
    this.looks = gl.createTexture()
    this.places = gl.createBuffer()
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

  draw(view: View, level: number, look: Look, part: Box | null): void {
    const { gl } = this
    if (gl.isContextLost()) return
    this.clock++
    const { left, top, right, bottom } = part ?? wholeScreen(view)
    gl.viewport(0, 0, view.width, view.height)
    gl.scissor(left, view.height - bottom, Math.max(0, right - left), Math.max(0, bottom - top))
    gl.clear(gl.COLOR_BUFFER_BIT)
    this.photo.draw(view, part ?? wholeScreen(view))
    if (look.opacity > 0) this.drawMask(view, level, look, part ?? wholeScreen(view))
  }

  private drawMask(view: View, level: number, look: Look, part: Box): void {
    const { gl } = this
    const pool = this.pools[level > 0 ? 1 : 0]
    const byPage = new Map<number, number[]>()
    let size = 0
    for (const place of placesIn(view, level, this.mask, part)) {
      const slot = this.resident(pool, level, place.key)
      if (!slot) continue
      size = place.size
      const list = byPage.get(slot.page) ?? []
      list.push(place.left, place.top, slot.layer)
      byPage.set(slot.page, list)
    }
    if (byPage.size === 0) return

    gl.useProgram(this.program)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    this.setColours(look)
    gl.uniform2f(this.at.screen!, view.width, view.height)
    gl.uniform1f(this.at.size!, size)
    gl.uniform1f(this.at.opacity!, look.opacity)
    gl.uniform1i(this.at.fromAfar!, level > 0 ? 1 : 0)
    gl.uniform1f(this.at.period!, PERIOD_PX * devicePixelRatio)
    gl.activeTexture(gl.TEXTURE0)
    for (const [page, list] of byPage) {
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, pool.pages[page]!)
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(list), gl.STREAM_DRAW)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, list.length / 3)
    }
  }

  dispose(): void {
    // Gives back everything at once, and does no harm to a context that is lost already.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  private prepare(): void {
    const { gl } = this
    gl.useProgram(this.program)
    gl.enable(gl.SCISSOR_TEST)
    gl.clearColor(GROUND[0] / 255, GROUND[1] / 255, GROUND[2] / 255, 1)
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    gl.pixelStorei(gl.UNPACK_IMAGE_HEIGHT, TILE)
    gl.uniform1i(this.at.tiles!, 0)
    gl.uniform1i(this.at.looks!, 1)
    gl.activeTexture(gl.TEXTURE1)
    gl.bindTexture(gl.TEXTURE_2D, this.looks)
    plain(gl, gl.TEXTURE_2D)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.places)
    const place = gl.getAttribLocation(this.program, 'place')
    gl.enableVertexAttribArray(place)
    gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0)
    gl.vertexAttribDivisor(place, 1)
  }

  private setColours(look: Look): void {
    const { gl } = this
    if (this.shownLook?.colours === look.colours && this.shownLook.patterns === look.patterns) return
    const table = new Uint8Array(2 * 256 * 4)
    table.set(look.colours)
    look.patterns.forEach((pattern, value) => (table[(256 + value) * 4] = pattern))
    gl.activeTexture(gl.TEXTURE1)
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, 0)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, table)
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

function plain(gl: WebGL2RenderingContext, target: number): void {
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
  gl.texParameteri(target, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(target, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
}
