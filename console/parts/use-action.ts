// An action on the runtime: whether it runs, and the sentence when it failed, to be shown beside its control.
import { useState } from 'preact/hooks';
import { sentenceOf } from '../state/call-runtime.ts';

export interface Action {
  isRunning: boolean;
  error: string | undefined;
  done: string | undefined;
  /** Runs one at a time; what `work` resolves to is shown as what was done. */
  run(work: () => Promise<string | undefined>): void;
}

export function useAction(): Action {
  const [state, setState] = useState<Omit<Action, 'run'>>({ isRunning: false, error: undefined, done: undefined });
  const run = (work: () => Promise<string | undefined>) => {
    if (state.isRunning) return;
    setState({ isRunning: true, error: undefined, done: undefined });
    work().then(
      (done) => setState({ isRunning: false, error: undefined, done }),
      (error: unknown) => setState({ isRunning: false, error: sentenceOf(error), done: undefined }),
    );
  };
  return { ...state, run };
}
