// Copies a text, and says that it did.
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

const SHOWN_MS = 1_500;

export function CopyButton({ text, what, label }: { text: string; what: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      // The browser may forbid it, on a page that is not secure for instance.
      () => setState('failed'),
    );
  const said = state === 'copied' ? 'Copied' : state === 'failed' ? 'The browser refused to copy' : '';
  return (
    <button
      type="button"
      class={label ? 'button' : 'bare-icon'}
      aria-label={label ? undefined : `Copy ${what}`}
      onClick={() => void copy()}
    >
      <Icon name={state === 'copied' ? 'done' : state === 'failed' ? 'failed' : 'copy'} />
      {label}
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </button>
  );
}
