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

export const useStore = <T extends object>(store: Store<T>): T =>
  useSyncExternalStore(store.subscribe, store.get)
