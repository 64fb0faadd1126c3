/** The cursor of a large brush on the canvas of photo and mask, by WebGL2. */

import { type Box, intersection, type Point, shifted } from '../painting/box'
import { addPart, Parts, Program } from './program'
import { BROKEN, colourOf, DASHES, halfDash, LINE, type Ring, ringBoxes } from './ring'
import type { View } from './view'

const VERTEX = `#version 300 es
layout(location = 0) in vec4 part;               // of the screen: left, top, right, bottom in device pixels
uniform vec2 screen;
uniform vec2 middle;        // of the ring, in device pixels
uniform float ratio;        // device pixels per CSS pixel
out vec2 from;              // the middle, in CSS pixels
void main() {
  vec2 at = mix(part.xy, part.zw, vec2(gl_VertexID & 1, gl_VertexID >> 1));
  from = (at - middle) / ratio;
  vec2 clip = at / screen * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`

/** How much of a pixel a line covers is taken from how far the pixel is from its middle. */
const HEAD = `#version 300 es
precision highp float;
uniform float radius;       // in CSS pixels, as all that follows
uniform float ratio;
uniform float gap;          // of a broken line; 0 where it is none
uniform vec3 bright;
in vec2 from;
out vec4 colour;

float covered(float distance, float width) {
  return clamp((0.5 * width - distance) * ratio + 0.5, 0.0, 1.0);
}

/** distance: from the line; along: how far on it. */
vec4 drawn(float distance, float along) {
  float line = step(mod(along, ${BROKEN[0]}.0 + ${BROKEN[1]}.0), ${BROKEN[0]}.0 + ${BROKEN[1]}.0 - gap);
  float inner = line * covered(distance, ${LINE.bright});
  float outer = line * covered(distance, ${LINE.dark}) * ${LINE.opacity};
  return vec4(bright * inner, inner + (1.0 - inner) * outer);
}
`

const ROUND = `${HEAD}
uniform float halfDash;     // an angle
void main() {
  float between = 6.283185307179586 / ${DASHES}.0;
  float angle = atan(from.y, from.x);
  float turned = angle - between * round(angle / between);
  float beyond = (abs(turned) - halfDash) * radius;
  colour = drawn(max(abs(length(from) - radius), beyond), (turned + halfDash) * radius);
}`

const SQUARE = `${HEAD}
void main() {
  vec2 side = abs(from);
  colour = drawn(abs(max(side.x, side.y) - radius), radius + (side.x > side.y ? from.y : from.x));
}`

export class GlRing {
  private readonly round: Program
  private readonly square: Program
  private readonly parts: Parts

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.round = new Program(gl, VERTEX, ROUND)
    this.square = new Program(gl, VERTEX, SQUARE)
    this.parts = new Parts(gl, [4])
  }

  /** A driver makes its program when it is first used, which a hand that moves must not wait for. */
  warmUp(): void {
    for (const program of [this.round, this.square]) {
      program.use()
      this.parts.draw([0, 0, 0, 0])
    }
  }

  /** Draw what of a ring lies in these parts of the canvas. corner: its place on the stage, in device pixels. */
  draw(ring: Ring, view: View, parts: readonly Box[], corner: Point): void {
    const { gl } = this
    const ratio = devicePixelRatio
    const shown: number[] = []
    for (const place of ringBoxes(ring, ratio)) {
      const box = shifted(place, -corner.x, -corner.y)
      for (const part of parts) addPart(shown, intersection(part, box))
    }
    if (shown.length === 0) return
    const isRound = ring.brush === 'round'
    const { at } = (isRound ? this.round : this.square).use()
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.uniform2f(at('screen'), view.width, view.height)
    gl.uniform2f(at('middle'), ring.at.x * ratio - corner.x, ring.at.y * ratio - corner.y)
    gl.uniform1f(at('ratio'), ratio)
    gl.uniform1f(at('radius'), ring.radius)
    gl.uniform1f(at('gap'), ring.isErasing ? BROKEN[1] : 0)
    gl.uniform3fv(
      at('bright'),
      colourOf(ring.isErasing).map((one) => one / 255),
    )
    if (isRound) gl.uniform1f(at('halfDash'), halfDash(ring.radius))
    this.parts.draw(shown)
  }
}
