/** WebGL2 programs, and rectangles drawn by them, many in one call. */

import { type Box, isEmpty } from '../painting/box'

/** A program from its two shaders, made when it is first used, with its uniforms by name. */
export class Program {
  private program: WebGLProgram | null = null
  private readonly places = new Map<string, WebGLUniformLocation | null>()

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly vertex: string,
    private readonly fragment: string,
  ) {}

  /** Throws when the driver refuses a shader. */
  use(): this {
    this.program ??= link(this.gl, this.vertex, this.fragment)
    this.gl.useProgram(this.program)
    return this
  }

  at = (name: string): WebGLUniformLocation | null => {
    let place = this.places.get(name)
    if (place === undefined) {
      place = this.gl.getUniformLocation(this.program!, name)
      this.places.set(name, place)
    }
    return place
  }
}

/** A linked program. Throws when the driver refuses a shader. */
export function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`A shader of the annotator was refused: ${gl.getProgramInfoLog(program)}`)
  }
  return program
}

/** Rectangles as the instances of one draw: a call for each would cost more than their pixels. */
export class Parts {
  private readonly array: WebGLVertexArrayObject
  private readonly buffer: WebGLBuffer
  private readonly size: number

  /** attributes: how many numbers an instance has of each; their locations are 0, 1, ... */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    attributes: readonly number[],
  ) {
    this.array = gl.createVertexArray()
    this.buffer = gl.createBuffer()
    this.size = attributes.reduce((sum, count) => sum + count, 0)
    gl.bindVertexArray(this.array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    let offset = 0
    for (const [at, count] of attributes.entries()) {
      gl.enableVertexAttribArray(at)
      gl.vertexAttribPointer(at, count, gl.FLOAT, false, 4 * this.size, 4 * offset)
      gl.vertexAttribDivisor(at, 1)
      offset += count
    }
  }

  /** Draw with the program in use; its corners come as gl_VertexID 0..3. */
  draw(numbers: readonly number[]): void {
    const { gl } = this
    gl.bindVertexArray(this.array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(numbers), gl.STREAM_DRAW)
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, numbers.length / this.size)
  }
}

/** Add a rectangle to the numbers of those to be drawn, unless it is empty. */
export function addPart(numbers: number[], box: Box): void {
  if (!isEmpty(box)) numbers.push(box.left, box.top, box.right, box.bottom)
}
