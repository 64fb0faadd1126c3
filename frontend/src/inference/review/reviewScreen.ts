/** A prediction, its probability and an annotation, drawn over one photo by WebGL2.
 *
 * Each is first drawn into a buffer as large as the screen (class and share, or probability); one shader then makes
 * colours of the three. Threshold, mode, opacity and colours are uniforms: moving a slider uploads nothing.
 */

import { GAP, PATTERN_GLSL, patternNumber, PERIOD_PX } from '../../annotator/canvas/patterns'
import { placesIn, type View } from '../../annotator/canvas/view'
import { wholeScreen } from '../../annotator/canvas/screen'
import type { Coverage } from '../../annotator/painting/coverage'
import type { Mask } from '../../annotator/painting/mask'
import { TILE, type TileKey } from '../../annotator/painting/tile'
import { t } from '../../shared/texts'
import type { Probability } from '../../shared/types'
import { type HeatPlace, heatLevel, heatPlaces } from './heat'
import { DIFFERENCE, type ReviewLook } from './look'

const QUAD = `#version 300 es
uniform vec4 place;         // left, top, width, height in device pixels
uniform vec2 screen;
out vec2 at;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = corner;
  vec2 where = (place.xy + corner * place.zw) / screen * 2.0 - 1.0;
  gl_Position = vec4(where.x, -where.y, 0.0, 1.0);
}`

const COPY = `#version 300 es
precision highp float;
uniform sampler2D tile;
in vec2 at;
out vec4 found;
void main() { found = texture(tile, at); }`

const COLOUR = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D predicted, annotated, heat, looks;
uniform int mode;           // 0 mask, 1 heat, 2 difference
uniform float threshold;    // below 0: the mask as predicted
uniform float opacity;
uniform bool showAnnotation;
uniform vec2 compared;      // class bytes: predicted, annotated
uniform vec3 both, onlyPredicted, onlyAnnotated;
uniform float period;
in vec2 at;
out vec4 colour;

int byteOf(float value) { return int(value * 255.0 + 0.5); }

${PATTERN_GLSL}

// Whether a class is drawn in its colour here, by what the alpha of its look says; else this is a gap of its pattern.
bool isInColour(float alpha) {
  int code = byteOf(alpha);
  int pattern = code == 255 ? 0 : code < 192 ? ${patternNumber('hatch')} : code - 192;
  return isStrong(pattern, vec2(gl_FragCoord.x, -gl_FragCoord.y), period);
}

vec4 painted(sampler2D mask, int row) {
  vec2 found = texelFetch(mask, ivec2(gl_FragCoord.xy), 0).rg;
  vec4 look = texelFetch(looks, ivec2(byteOf(found.r), row), 0);
  if (look.a == 0.0 || byteOf(found.r) == 0) return vec4(0.0);
  return isInColour(look.a) ? vec4(look.rgb, 1.0) * found.g : vec4(vec3(0.0), ${GAP}) * found.g;
}

// Share of this pixel that has the compared class.
float shareOf(sampler2D mask, float wanted) {
  vec2 found = texelFetch(mask, ivec2(gl_FragCoord.xy), 0).rg;
  return wanted > 0.0 && byteOf(found.r) == int(wanted) ? found.g : 0.0;
}

bool isNeutral(sampler2D mask) {
  vec2 found = texelFetch(mask, ivec2(gl_FragCoord.xy), 0).rg;
  vec4 look = texelFetch(looks, ivec2(byteOf(found.r), 1), 0);
  return byteOf(found.r) > 0 && look.a > 0.0 && look.a < 0.75;
}

float probability() { return texelFetch(heat, ivec2(gl_FragCoord.xy), 0).r; }

float prediction() {
  return threshold < 0.0 ? shareOf(predicted, compared.x) : step(threshold, probability());
}

vec4 over(vec4 top, vec4 under) { return top + under * (1.0 - top.a); }

// Dark violet, red, orange, pale yellow: lightness rises with the probability.
vec3 warm(float p) {
  vec3 a = vec3(0.16, 0.04, 0.33), b = vec3(0.72, 0.17, 0.31), c = vec3(0.97, 0.55, 0.10), d = vec3(0.99, 0.97, 0.72);
  return p < 0.5 ? mix(a, b, p * 2.0) : p < 0.8 ? mix(b, c, (p - 0.5) / 0.3) : mix(c, d, (p - 0.8) / 0.2);
}

void main() {
  vec4 under = showAnnotation ? painted(annotated, 1) : vec4(0.0);
  if (mode == 0) {
    vec4 look = texelFetch(looks, ivec2(int(compared.x), 0), 0);
    float share = prediction();
    vec4 top = threshold < 0.0 ? painted(predicted, 0) : vec4(look.rgb * share, share);
    colour = over(top, under) * opacity;
  } else if (mode == 1) {
    float p = probability();
    float alpha = smoothstep(0.02, 0.25, p);
    colour = over(vec4(warm(p) * alpha, alpha), under * 0.5) * opacity;
    if (threshold >= 0.0 && fwidth(step(threshold, p)) > 0.0) colour = vec4(1.0);
  } else {
    if (isNeutral(annotated)) {
      colour = painted(annotated, 1) * opacity;
      return;
    }
    float p = prediction(), t = shareOf(annotated, compared.y);
    float agree = min(p, t);
    vec3 mixed = both * agree + onlyPredicted * (p - agree) + onlyAnnotated * (t - agree);
    colour = vec4(mixed, max(p, t)) * opacity;
  }
}`

const MODES = { mask: 0, heat: 1, difference: 2 }
const MOST_TILES = 400

type Kept = { texture: WebGLTexture; usedAt: number }
type Source = { mask: Mask; coverage: Coverage }
type Buffer = { texture: WebGLTexture; frame: WebGLFramebuffer }

export class ReviewScreen {
  private readonly gl: WebGL2RenderingContext
  private readonly copy: Program
  private readonly colour: Program
  private readonly looks: WebGLTexture
  private readonly buffers: { predicted: Buffer; annotated: Buffer; heat: Buffer }
  private readonly tiles = new Map<string, Kept>()
  private readonly asked = new Set<string>()
  private bufferSize = ''
  private clock = 0
  private isGone = false

  predicted: Source | null = null
  annotated: Source | null = null
  probability: Probability | null = null

  /** Throws when the browser has no WebGL2. `again` is called when a tile has arrived. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly photo: { width: number; height: number },
    private readonly again: () => void,
  ) {
    const gl = canvas.getContext('webgl2', { antialias: false, depth: false, premultipliedAlpha: true })
    if (!gl) throw new Error(t('review:no_webgl'))
    this.gl = gl
    this.copy = program(gl, COPY)
    this.colour = program(gl, COLOUR)
    this.looks = texture(gl, gl.NEAREST)
    this.buffers = { predicted: buffer(gl), annotated: buffer(gl), heat: buffer(gl) }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  }

  /** Forget the tiles of a mask that was replaced. */
  forget(name: 'predicted' | 'annotated'): void {
    for (const [key, kept] of this.tiles) {
      if (!key.startsWith(name)) continue
      this.gl.deleteTexture(kept.texture)
      this.tiles.delete(key)
    }
  }

  draw(view: View, level: number, look: ReviewLook): void {
    const { gl } = this
    if (gl.isContextLost() || view.width === 0 || view.height === 0) return
    this.clock++
    this.fit(view)
    gl.viewport(0, 0, view.width, view.height)
    gl.disable(gl.BLEND)
    gl.clearColor(0, 0, 0, 0)
    this.fillMask('predicted', this.predicted, view, level)
    this.fillMask('annotated', this.annotated, view, level)
    this.fillHeat(view)
    this.show(view, look)
    this.evict()
  }

  dispose(): void {
    this.isGone = true
    this.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  private fillMask(name: 'predicted' | 'annotated', source: Source | null, view: View, level: number): void {
    const { gl } = this
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffers[name].frame)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (!source) return
    source.coverage.update(level)
    this.begin(this.copy, view)
    for (const place of placesIn(view, level, source.mask, wholeScreen(view))) {
      const tile = this.maskTile(name, source, level, place.key)
      if (tile) this.quad(this.copy, tile, place.left, place.top, place.size, place.size)
    }
  }

  private fillHeat(view: View): void {
    const { gl } = this
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffers.heat.frame)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (!this.probability) return
    this.begin(this.copy, view)
    const level = heatLevel(this.probability, this.photo.width, view.scale)
    const coarsest = this.probability.levels - 1
    // The coarsest level first, so that something is there until the fine tiles have come.
    for (const shown of level === coarsest ? [level] : [coarsest, level]) {
      for (const place of heatPlaces(this.probability, this.photo, view, shown)) {
        const tile = this.heatTile(this.probability, place)
        if (tile) this.quad(this.copy, tile, place.left, place.top, place.width, place.height)
      }
    }
  }

  private show(view: View, look: ReviewLook): void {
    const { gl } = this
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    gl.clear(gl.COLOR_BUFFER_BIT)
    this.begin(this.colour, view)
    const set = this.colour.at
    const bound = [
      this.buffers.predicted.texture,
      this.buffers.annotated.texture,
      this.buffers.heat.texture,
      this.looks,
    ]
    for (const [unit, name] of ['predicted', 'annotated', 'heat', 'looks'].entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, bound[unit]!)
      gl.uniform1i(set(name), unit)
    }
    gl.activeTexture(gl.TEXTURE3)
    const table = new Uint8Array(2 * 256 * 4)
    table.set(look.colours.predicted)
    table.set(look.colours.annotated, 256 * 4)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, table)
    gl.uniform1i(set('mode'), MODES[look.mode])
    gl.uniform1f(set('threshold'), look.threshold ?? -1)
    gl.uniform1f(set('opacity'), look.opacity)
    gl.uniform1i(set('showAnnotation'), look.isAnnotationShown ? 1 : 0)
    gl.uniform2f(set('compared'), look.predicted, look.annotated)
    gl.uniform3fv(set('both'), rgb(DIFFERENCE.both))
    gl.uniform3fv(set('onlyPredicted'), rgb(DIFFERENCE.only_predicted))
    gl.uniform3fv(set('onlyAnnotated'), rgb(DIFFERENCE.only_annotated))
    gl.uniform1f(set('period'), PERIOD_PX * devicePixelRatio)
    gl.uniform4f(set('place'), 0, 0, view.width, view.height)
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
  }

  private begin(used: Program, view: View): void {
    this.gl.useProgram(used.program)
    this.gl.uniform2f(used.at('screen'), view.width, view.height)
  }

  private quad(
    used: Program,
    tile: WebGLTexture,
    left: number,
    top: number,
    width: number,
    height: number,
  ): void {
    const { gl } = this
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, tile)
    gl.uniform1i(used.at('tile'), 0)
    gl.uniform4f(used.at('place'), left, top, width, height)
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
  }

  private maskTile(name: string, source: Source, level: number, key: TileKey): WebGLTexture | null {
    const slot = `${name} ${level} ${key}`
    const kept = this.tiles.get(slot)
    if (kept) {
      kept.usedAt = this.clock
      return kept.texture
    }
    const texels = level > 0 ? source.coverage.tile(level, key) : pairs(source.mask, key)
    if (!texels) return null
    const { gl } = this
    const made = texture(gl, gl.NEAREST)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG8, TILE, TILE, 0, gl.RG, gl.UNSIGNED_BYTE, texels)
    this.tiles.set(slot, { texture: made, usedAt: this.clock })
    return made
  }

  /** A tile that is here already; null while it is on its way. */
  private heatTile(probability: Probability, { level, x, y }: HeatPlace): WebGLTexture | null {
    const address = `/api/probabilities/${probability.id}/${level}/${x}_${y}.png`
    const kept = this.tiles.get(address)
    if (kept) {
      kept.usedAt = this.clock
      return kept.texture
    }
    if (!this.asked.has(address)) {
      this.asked.add(address)
      void this.fetchTile(address)
    }
    return null
  }

  private async fetchTile(address: string): Promise<void> {
    const { gl } = this
    try {
      const response = await fetch(address)
      if (!response.ok) return
      const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' })
      if (this.isGone || gl.isContextLost()) return
      const made = texture(gl, gl.LINEAR)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, gl.RED, gl.UNSIGNED_BYTE, bitmap)
      this.tiles.set(address, { texture: made, usedAt: this.clock })
      this.again()
    } catch {
      // A tile that did not come is asked for again when it is next in sight.
    } finally {
      this.asked.delete(address)
    }
  }

  private fit(view: View): void {
    const size = `${view.width}x${view.height}`
    if (size === this.bufferSize) return
    this.bufferSize = size
    const { gl } = this
    for (const { texture: made, frame } of Object.values(this.buffers)) {
      gl.bindTexture(gl.TEXTURE_2D, made)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG8, view.width, view.height, 0, gl.RG, gl.UNSIGNED_BYTE, null)
      gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0)
    }
  }

  private evict(): void {
    if (this.tiles.size <= MOST_TILES) return
    const old = [...this.tiles]
      .filter(([, kept]) => kept.usedAt < this.clock)
      .sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [name, kept] of old.slice(0, this.tiles.size - MOST_TILES)) {
      this.gl.deleteTexture(kept.texture)
      this.tiles.delete(name)
    }
  }
}

/** A tile of the mask itself as (class, share) pairs, like the levels above it. */
function pairs(mask: Mask, key: TileKey): Uint8Array | null {
  if (!mask.isPainted(key)) return null
  const classes = mask.classesOf(key)
  const texels = new Uint8Array(2 * classes.length)
  for (let i = 0; i < classes.length; i++) {
    texels[2 * i] = classes[i]!
    texels[2 * i + 1] = classes[i] ? 255 : 0
  }
  return texels
}

function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

function texture(gl: WebGL2RenderingContext, filter: number): WebGLTexture {
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  return made
}

const buffer = (gl: WebGL2RenderingContext): Buffer => ({
  texture: texture(gl, gl.NEAREST),
  frame: gl.createFramebuffer(),
})

/** A linked program and where its uniforms are; each is asked for once, not for every tile. */
type Program = { program: WebGLProgram; at: (name: string) => WebGLUniformLocation | null }

function program(gl: WebGL2RenderingContext, fragment: string): Program {
  const made = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, QUAD],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`A shader of the review was refused: ${gl.getShaderInfoLog(shader)}`)
    }
    gl.attachShader(made, shader)
  }
  gl.linkProgram(made)
  const places = new Map<string, WebGLUniformLocation | null>()
  const at = (name: string) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name))
    return places.get(name) ?? null
  }
  return { program: made, at }
}
