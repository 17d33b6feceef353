// Registers a phone or a browser for a user through the product's own API, as an app or a page does.
import { ActionResult } from '../parts/action-result.tsx';
import { useAction } from '../parts/use-action.ts';
import { callAs, callRuntime } from '../state/call-runtime.ts';

export function AddPhone({ userId, isPrimary = false }: { userId: string; isPrimary?: boolean }) {
  const action = useAction();
  const addPhone = () =>
    action.run(async () => {
      const token = `${userId.replace(/[^A-Za-z0-9]/g, '').slice(0, 24) || 'phone'}-phone-${crypto.randomUUID().slice(0, 8)}`;
      await callAs(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token });
      return 'Phone added.';
    });
  const addBrowser = () =>
    action.run(async () => {
      const { public_key: key } = await callAs<{ public_key: string }>(userId, 'GET', '/api/v2/devices/web-push-key');
      const subscribed = { application_server_key: key, user_id: userId };
      const subscription = await callRuntime<object>('POST', 'browsers', subscribed);
      await callAs(userId, 'POST', '/api/v2/devices', { platform: 'web', ...subscription });
      return 'Browser added.';
    });
  return (
    <>
      <button
        type="button"
        class={`button${isPrimary ? ' primary' : ''}`}
        disabled={action.isRunning}
        onClick={addPhone}
      >
        <span>
          Add a phone for <bdi>{userId}</bdi>
        </span>
      </button>
      <button type="button" class="button" disabled={action.isRunning} onClick={addBrowser}>
        Add a browser
      </button>
      <ActionResult action={action} />
    </>
  );
}
