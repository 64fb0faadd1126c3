/** The photo's tiles on the canvas of the mask, by WebGL2: one layer for the browser to put on the screen instead of two. */

import { type Box, intersection } from '../painting/box'
import { addPart, Parts, Program } from './program'
import type { View } from './view'

const VERTEX = `#version 300 es
layout(location = 0) in vec4 part;               // of the screen: left, top, right, bottom in device pixels
uniform vec4 place;         // of the tile, likewise
uniform vec2 screen;
out vec2 at;
void main() {
  vec2 where = mix(part.xy, part.zw, vec2(gl_VertexID & 1, gl_VertexID >> 1));
  at = (where - place.xy) / (place.zw - place.xy);
  vec2 clip = where / screen * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`

const HEAD = `#version 300 es
precision highp float;
uniform sampler2D photo;
in vec2 at;
out vec4 colour;
`

const AS_IT_IS = `${HEAD}
void main() {
  colour = vec4(texture(photo, at).rgb, 1.0);
}`

const LIT = `${HEAD}
uniform vec3 light;         // brightness, contrast, gamma
void main() {
  vec3 found = pow(texture(photo, at).rgb, vec3(1.0 / light.z)) * light.x;
  colour = vec4(clamp((found - 0.5) * light.y + 0.5, 0.0, 1.0), 1.0);
}`

/** A tile of the photo and the part of the photo it shows, in widths of the photo. */
export type PhotoTile = { texture: WebGLTexture; left: number; top: number; right: number; bottom: number }

/** Where a tile is on the screen, in device pixels; width: that of the photo. */
export function placeOf(tile: PhotoTile, { left, top, scale }: View, width: number): Box {
  const unit = width * scale
  return {
    left: left + tile.left * unit,
    top: top + tile.top * unit,
    right: left + tile.right * unit,
    bottom: top + tile.bottom * unit,
  }
}

export class GlPhoto {
  /** What to draw, the coarsest first. */
  tiles: readonly PhotoTile[] = []
  private readonly asItIs: Program
  private readonly lit: Program
  private readonly parts: Parts
  /** Sharp from 1:1 on, blended below. */
  private readonly samplers: { sharp: WebGLSampler; soft: WebGLSampler }
  private light: [number, number, number] = [1, 1, 1]

  constructor(
    private readonly gl: WebGL2RenderingContext,
    public width: number,
  ) {
    this.asItIs = new Program(gl, VERTEX, AS_IT_IS)
    this.lit = new Program(gl, VERTEX, LIT)
    this.parts = new Parts(gl, [4])
    this.samplers = { sharp: sampler(gl, gl.NEAREST), soft: sampler(gl, gl.LINEAR) }
  }

  setLight(brightness: number, contrast: number, gamma: number): void {
    this.light = [brightness, contrast, gamma]
  }

  upload(picture: ImageBitmap): WebGLTexture {
    const { gl } = this
    const texture = gl.createTexture()
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, 0)
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, 0)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, picture.width, picture.height)
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, gl.RGBA, gl.UNSIGNED_BYTE, picture)
    gl.bindTexture(gl.TEXTURE_2D, null)
    return texture
  }

  forget(texture: WebGLTexture): void {
    this.gl.deleteTexture(texture)
  }

  draw(view: View, parts: readonly Box[]): void {
    const { gl } = this
    if (this.tiles.length === 0) return
    const isLit = this.light.some((one) => one !== 1)
    const { at } = (isLit ? this.lit : this.asItIs).use()
    gl.disable(gl.BLEND)
    gl.uniform2f(at('screen'), view.width, view.height)
    if (isLit) gl.uniform3fv(at('light'), this.light)
    gl.uniform1i(at('photo'), 0)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindSampler(0, view.scale >= 1 ? this.samplers.sharp : this.samplers.soft)
    for (const tile of this.tiles) {
      const place = placeOf(tile, view, this.width)
      const shown: number[] = []
      for (const part of parts) addPart(shown, intersection(part, place))
      if (shown.length === 0) continue
      gl.bindTexture(gl.TEXTURE_2D, tile.texture)
      gl.uniform4f(at('place'), place.left, place.top, place.right, place.bottom)
      this.parts.draw(shown)
    }
    gl.bindSampler(0, null)
  }
}

function sampler(gl: WebGL2RenderingContext, magnified: number): WebGLSampler {
  const made = gl.createSampler()
  gl.samplerParameteri(made, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
  gl.samplerParameteri(made, gl.TEXTURE_MAG_FILTER, magnified)
  gl.samplerParameteri(made, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.samplerParameteri(made, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  return made
}
