/** How the pages talk to the server: JSON over fetch, CSRF on every change, every failure a `Problem`. */

import { language, t } from './texts'

/** A refusal or failure with the server's sentence; `at` names the field or place it speaks of. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly at = '',
    readonly body: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'Problem'
  }
}

/** Whether asking again may help: nobody answered, or a server in trouble did. A refusal stays one. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof Problem) || error.status === 0 || error.status >= 500

export type Query = Record<string, string | number | boolean | null | undefined>

export type Page<T> = { count: number; next: string | null; previous: string | null; results: T[] }

/** An address with a query string; empty values are left out. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** The CSRF token the server left in a cookie, whatever port the cookie is named after. */
export function csrfToken(): string {
  const port =
    location.port && document.cookie.includes(`catenary_csrf_${location.port}=`) ? location.port : '\\d+'
  return document.cookie.match(new RegExp(`catenary_csrf_${port}=([^;]+)`))?.[1] ?? ''
}

/** Send a request; returns the response when it is 2xx, throws a Problem otherwise. */
export async function send(
  method: string,
  path: string,
  body?: BodyInit,
  init: RequestInit = {},
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      body,
      credentials: 'same-origin',
      ...init,
      headers: {
        Accept: 'application/json',
        // The language of the page, which need not be the browser's: the server's sentences are read here.
        'Accept-Language': language(),
        'X-CSRFToken': csrfToken(),
        ...init.headers,
      },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(t('shared:no_answer'), 0)
  }
  if (response.ok) return response
  const found: unknown = await response.json().catch(() => ({}))
  const answer = (typeof found === 'object' && found ? found : {}) as Record<string, unknown>
  const sentence =
    typeof answer.problem === 'string' ? answer.problem : t('shared:odd_answer', { status: response.status })
  throw new Problem(sentence, response.status, typeof answer.at === 'string' ? answer.at : '', answer)
}

async function json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body === undefined ? undefined : JSON.stringify(body), {
    headers: { 'Content-Type': 'application/json' },
    signal,
  })
  return (response.status === 204 ? undefined : await response.json()) as T
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    json<T>('GET', address(path, query), undefined, signal),
  post: <T>(path: string, body: unknown = {}, signal?: AbortSignal) => json<T>('POST', path, body, signal),
  patch: <T>(path: string, body: unknown) => json<T>('PATCH', path, body),
  delete: <T = void>(path: string) => json<T>('DELETE', path),
}

/** The sentence to show for anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
