/** A value that components follow and plain code changes. */

import { useSyncExternalStore } from 'react'

export class Store<T extends object> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  get = (): T => this.value

  set = (part: Partial<T>): void => {
    if (Object.entries(part).every(([name, value]) => this.value[name as keyof T] === value)) return
    this.value = { ...this.value, ...part }
    for (const listener of this.listeners) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

/** Follow a store, or one thing picked from it: a component that picks is drawn anew only when that has changed. */
export function useStore<T extends object>(store: Store<T>): T
export function useStore<T extends object, P>(store: Store<T>, pick: (value: T) => P): P
export function useStore<T extends object>(store: Store<T>, pick: (value: T) => unknown = (value) => value) {
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}
