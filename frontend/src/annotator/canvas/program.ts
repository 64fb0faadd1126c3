/** WebGL2 programs, and rectangles drawn by them, many in one call. */

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

/** Corners of a rectangle as two triangles. */
const CORNERS = [0, 1, 2, 2, 1, 3]

/** Rectangles as one draw: a call for each would cost more than their pixels, and so would an instance for each, which a
 * processor that does a graphics card's work draws one after another.
 */
export class Parts {
  private readonly array: WebGLVertexArrayObject
  private readonly buffer: WebGLBuffer
  private readonly corners: WebGLBuffer
  /** Numbers of a rectangle. */
  private readonly size: number
  /** Rectangles there are corners for. */
  private room = 0

  /** attributes: how many numbers a rectangle has of each; their locations are 0, 1, ... */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    attributes: readonly number[],
  ) {
    this.array = gl.createVertexArray()
    this.buffer = gl.createBuffer()
    this.corners = gl.createBuffer()
    this.size = attributes.reduce((sum, count) => sum + count, 0)
    gl.bindVertexArray(this.array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.corners)
    let offset = 0
    for (const [at, count] of attributes.entries()) {
      gl.enableVertexAttribArray(at)
      gl.vertexAttribPointer(at, count, gl.FLOAT, false, 4 * this.size, 4 * offset)
      offset += count
    }
  }

  /** Draw with the program in use; each corner has the numbers of its rectangle, and which it is: gl_VertexID & 3. */
  draw(numbers: readonly number[]): void {
    const { gl, size } = this
    const count = numbers.length / size
    const vertices = new Float32Array(4 * numbers.length)
    for (let i = 0; i < vertices.length; i++) {
      vertices[i] = numbers[Math.floor(i / (4 * size)) * size + (i % size)]!
    }
    gl.bindVertexArray(this.array)
    if (count > this.room) this.makeRoom(count)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STREAM_DRAW)
    gl.drawElements(gl.TRIANGLES, CORNERS.length * count, gl.UNSIGNED_INT, 0)
  }

  private makeRoom(count: number): void {
    this.room = Math.max(64, 2 * count)
    const corners = Uint32Array.from(
      { length: CORNERS.length * this.room },
      (_, i) => 4 * Math.floor(i / CORNERS.length) + CORNERS[i % CORNERS.length]!,
    )
    this.gl.bufferData(this.gl.ELEMENT_ARRAY_BUFFER, corners, this.gl.STATIC_DRAW)
  }
}
