// Loads something from the runtime, and again whenever one of `when` changes; an error becomes a sentence.
import { useEffect, useRef, useState } from 'preact/hooks';
import { callRuntime, sentenceOf } from './call-runtime.ts';
import { useConsole } from './console-state.ts';

export interface Loaded<Value> {
  value: Value | undefined;
  error: string | undefined;
  reload(): void;
}

/** Our choice: changes in quick succession are one load. */
const SETTLE_MS = 120;

export function useLoaded<Value>(path: string | undefined, ...when: unknown[]): Loaded<Value> {
  const [result, setResult] = useState<{ path?: string; value?: Value; error?: string }>({});
  const [count, setCount] = useState(0);
  const isConnected = useConsole((state) => state.link.kind === 'connected');
  const latest = useRef(0);
  useEffect(() => {
    if (path === undefined) return;
    const mine = ++latest.current;
    const load = async () => {
      try {
        const value = await callRuntime<Value>('GET', path);
        if (mine === latest.current) setResult({ path, value });
      } catch (error) {
        if (mine === latest.current) setResult({ path, error: sentenceOf(error) });
      }
    };
    const timer = setTimeout(() => void load(), result.path === path ? SETTLE_MS : 0);
    return () => clearTimeout(timer);
  }, [path, count, isConnected, ...when]);
  const isCurrent = result.path === path;
  return {
    value: isCurrent ? result.value : undefined,
    error: isCurrent ? result.error : undefined,
    reload: () => setCount((before) => before + 1),
  };
}
