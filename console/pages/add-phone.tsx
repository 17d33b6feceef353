// Registers a phone for a user through the product's own API, as an app does.
import { ActionResult } from '../parts/action-result.tsx';
import { useAction } from '../parts/use-action.ts';
import { callAs } from '../state/call-runtime.ts';

export function AddPhone({ userId, isPrimary = false }: { userId: string; isPrimary?: boolean }) {
  const action = useAction();
  const add = () =>
    action.run(async () => {
      const token = `${userId.replace(/[^A-Za-z0-9]/g, '').slice(0, 24) || 'phone'}-phone-${crypto.randomUUID().slice(0, 8)}`;
      await callAs(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token });
      return 'Phone added.';
    });
  return (
    <>
      <button type="button" class={`button${isPrimary ? ' primary' : ''}`} disabled={action.isRunning} onClick={add}>
        <span>
          Add a phone for <bdi>{userId}</bdi>
        </span>
      </button>
      <ActionResult action={action} />
    </>
  );
}
