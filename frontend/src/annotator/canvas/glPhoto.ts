/** The photo's tiles on the canvas of the mask, by WebGL2: one layer for the browser to put on the screen instead of two. */

import type { Box } from '../painting/box'
import { link } from './program'
import type { View } from './view'

const VERTEX = `#version 300 es
uniform vec4 place;         // left, top, right, bottom in device pixels
uniform vec2 screen;
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 where = mix(place.xy, place.zw, at) / screen * 2.0 - 1.0;
  gl_Position = vec4(where.x, -where.y, 0.0, 1.0);
}`

const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D photo;
uniform vec3 light;         // brightness, contrast, gamma
in vec2 at;
out vec4 colour;
void main() {
  vec3 found = texture(photo, at).rgb;
  if (light != vec3(1.0)) {
    found = pow(found, vec3(1.0 / light.z)) * light.x;
    found = clamp((found - 0.5) * light.y + 0.5, 0.0, 1.0);
  }
  colour = vec4(found, 1.0);
}`

/** A tile of the photo and the part of the photo it shows, in widths of the photo. */
export type PhotoTile = { texture: WebGLTexture; left: number; top: number; right: number; bottom: number }

export class GlPhoto {
  /** What to draw, the coarsest first. */
  tiles: readonly PhotoTile[] = []
  private readonly program: WebGLProgram
  private readonly at: Record<string, WebGLUniformLocation | null> = {}
  /** Sharp from 1:1 on, blended below. */
  private readonly samplers: { sharp: WebGLSampler; soft: WebGLSampler }
  private light: [number, number, number] = [1, 1, 1]

  constructor(
    private readonly gl: WebGL2RenderingContext,
    public width: number,
  ) {
    this.program = link(gl, VERTEX, FRAGMENT)
    for (const name of ['place', 'screen', 'photo', 'light']) {
      this.at[name] = gl.getUniformLocation(this.program, name)
    }
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

  draw(view: View, part: Box): void {
    const { gl } = this
    if (this.tiles.length === 0) return
    gl.useProgram(this.program)
    gl.disable(gl.BLEND)
    gl.uniform2f(this.at.screen!, view.width, view.height)
    gl.uniform3fv(this.at.light!, this.light)
    gl.uniform1i(this.at.photo!, 0)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindSampler(0, view.scale >= 1 ? this.samplers.sharp : this.samplers.soft)
    const unit = this.width * view.scale
    for (const tile of this.tiles) {
      const left = view.left + tile.left * unit
      const top = view.top + tile.top * unit
      const right = view.left + tile.right * unit
      const bottom = view.top + tile.bottom * unit
      if (right <= part.left || left >= part.right || bottom <= part.top || top >= part.bottom) continue
      gl.bindTexture(gl.TEXTURE_2D, tile.texture)
      gl.uniform4f(this.at.place!, left, top, right, bottom)
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
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
