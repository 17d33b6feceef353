// What an action did, or why it failed, in words beside its control.

import { Icon } from './icon.tsx';
import type { Action } from './use-action.ts';

export function ActionResult({ action }: { action: Action }) {
  return (
    <span role="status" class={action.error ? 'field-error' : 'quiet'}>
      {action.error && <Icon name="failed" />}
      {action.error ?? action.done ?? ''}
    </span>
  );
}
