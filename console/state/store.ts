// One store for the whole page: a value, a way to change it, and a hook that follows a part of it.
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Store<State> {
  get(): State;
  set(change: Partial<State>): void;
  subscribe(callback: () => void): () => void;
}

export function createStore<State>(initial: State): Store<State> {
  let state = initial;
  const callbacks = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const callback of [...callbacks]) callback();
    },
    subscribe(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

/** Renders again when the selected part is another value than before. */
export function useStore<State, Part>(store: Store<State>, select: (state: State) => Part): Part {
  const [, render] = useState(0);
  const part = select(store.get());
  const latest = useRef({ select, part });
  latest.current = { select, part };
  useEffect(
    () =>
      store.subscribe(() => {
        if (!Object.is(latest.current.select(store.get()), latest.current.part)) render((count) => count + 1);
      }),
    [store],
  );
  return part;
}
