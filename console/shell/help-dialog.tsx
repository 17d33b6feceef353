// The list of keyboard shortcuts, and the switch that disables single keys.
import { useEffect, useRef } from 'preact/hooks';
import { store, useConsole } from '../state/console-state.ts';
import { SHORTCUTS } from './shortcuts.ts';

export function HelpDialog() {
  const isOpen = useConsole((state) => state.isHelpOpen);
  const areOn = useConsole((state) => state.areShortcutsOn);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const turn = (on: boolean) => {
    localStorage.setItem('carillon.shortcuts', on ? 'on' : 'off');
    store.set({ areShortcutsOn: on });
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="help-title" onClose={() => store.set({ isHelpOpen: false })}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="keys">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={areOn} onChange={(event) => turn(event.currentTarget.checked)} />
        <span>Single keys are shortcuts</span>
      </label>
      <div class="buttons">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
