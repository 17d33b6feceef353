// Registers a phone or a browser for a user through the product's own API, as an app or a page does.
import { inboxId } from '../../protocol/inbox-id.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { useAction } from '../parts/use-action.ts';
import { type Caller, callAs, callRuntime } from '../state/call-runtime.ts';
import { userName } from '../words/format.ts';

export function AddPhone({ user, isPrimary = false }: { user: Caller; isPrimary?: boolean }) {
  const name = userName(user.id, user.org_id);
  const action = useAction();
  const addPhone = () =>
    action.run(async () => {
      const token = `${user.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 24) || 'phone'}-phone-${crypto.randomUUID().slice(0, 8)}`;
      await callAs(user, 'POST', '/api/v2/devices', { platform: 'fcm', token });
      return 'Phone added.';
    });
  const addBrowser = () =>
    action.run(async () => {
      const { public_key: key } = await callAs<{ public_key: string }>(user, 'GET', '/api/v2/devices/web-push-key');
      const subscribed = { application_server_key: key, user_id: inboxId(user.id, user.org_id) };
      const subscription = await callRuntime<object>('POST', 'browsers', subscribed);
      await callAs(user, 'POST', '/api/v2/devices', { platform: 'web', ...subscription });
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
          Add a phone for <bdi>{name}</bdi>
        </span>
      </button>
      <button type="button" class="button" disabled={action.isRunning} onClick={addBrowser}>
        Add a browser
      </button>
      <ActionResult action={action} />
    </>
  );
}
