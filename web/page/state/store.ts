import { useEffect, useState } from "preact/hooks";

/** A value that tells whoever listens that it changed. */
export interface Store<T> {
  readonly get: () => T;
  readonly set: (changes: Partial<T>) => void;
  readonly listen: (listener: () => void) => () => void;
}

/** Makes a store with its first value. */
export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (changes) => {
      value = { ...value, ...changes };
      for (const listener of listeners) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A part of a store; the component renders again only if that part changes. */
export function useStore<T, P>(store: Store<T>, select: (value: T) => P): P {
  const [, render] = useState({});
  const part = select(store.get());
  useEffect(() => {
    let shown = select(store.get());
    if (!Object.is(shown, part)) render({});
    return store.listen(() => {
      const next = select(store.get());
      if (Object.is(next, shown)) return;
      shown = next;
      render({});
    });
  }, [store]);
  return part;
}
