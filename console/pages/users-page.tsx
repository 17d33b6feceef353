// Users: who is connected where, and what can be done to their sockets and phones.
import { inboxId } from '../../protocol/inbox-id.ts';
import type { LiveUser } from '../../protocol/local/live-state.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { useAction } from '../parts/use-action.ts';
import { newDraft } from '../send/draft.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { store, useConsole } from '../state/console-state.ts';
import { bellOf, linkTo } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { platformName, plural, roughly, unreadText, userName } from '../words/format.ts';
import { AddPhone } from './add-phone.tsx';
import { OpenBell } from './open-bell.tsx';
import { Topics } from './topics.tsx';

export function UsersPage() {
  const users = useConsole((state) => state.live?.users ?? []);
  const sockets = users.reduce((sum, user) => sum + user.sockets.length, 0);
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="head">
        <h1 id="page-title">Users</h1>
        <p>
          {plural(users.length, 'user')} seen, {plural(sockets, 'open socket')}.
        </p>
      </div>
      {users.length === 0 && (
        <Empty>
          No user has connected yet.{' '}
          <a href={bellOf('alice')} target="_blank" rel="noreferrer">
            Open alice’s bell
          </a>{' '}
          in a tab.
        </Empty>
      )}
      <ul class="user-list">
        {users.map((user) => (
          <User key={inboxId(user.id, user.org_id)} user={user} />
        ))}
      </ul>
      <OpenBell />
      <Topics />
    </section>
  );
}

function User({ user }: { user: LiveUser }) {
  const name = userName(user.id, user.org_id);
  const action = useAction();
  const now = useNow(10_000);
  const end = (id: string, isCut: boolean) =>
    action.run(async () => {
      const path = `connections/${encodeURIComponent(id)}`;
      if (isCut) await callRuntime('DELETE', path);
      else await callRuntime('POST', path, { close: true });
      return isCut ? 'Cut without $disconnect: the next frame finds it gone (410).' : 'Closed.';
    });
  return (
    <li>
      <h2>
        <Icon name={user.sockets.length > 0 ? 'dot' : 'ring'} tone={user.sockets.length > 0 ? 'ok' : 'quiet'} />
        <bdi>{name}</bdi>
        <span class="quiet">{user.unread_count === null ? '' : `${unreadText(user.unread_count)} unread`}</span>
      </h2>
      {user.sockets.map(({ id, connected_at_ms: atMs }) => (
        <p key={id} class="line">
          <span class="grow">
            Socket <code>{id}</code> <span class="quiet">open for {roughly(now - atMs)}</span>
          </span>
          <button type="button" class="button bare" onClick={() => end(id, false)}>
            Close
          </button>
          <button
            type="button"
            class="button bare"
            title="Breaks the connection; the service finds out at the next frame"
            onClick={() => end(id, true)}
          >
            Cut
          </button>
        </p>
      ))}
      {user.phones.map(({ token, platform, is_enabled: isEnabled }) => (
        <p key={token} class="line">
          <span class="grow">
            {platformName(platform)} phone <code>{token}</code> {!isEnabled && <span class="bad">disabled</span>}
          </span>
          <a href={linkTo('phones')}>See it</a>
        </p>
      ))}
      {user.sockets.length + user.phones.length === 0 && <p class="quiet">No socket, no phone: the inbox only.</p>}
      <div class="buttons">
        <a class="button" href={bellOf(user.id, user.org_id)} target="_blank" rel="noreferrer">
          <span>
            Watch as <bdi>{name}</bdi>
          </span>
        </a>
        <button
          type="button"
          class="button"
          onClick={() => store.set({ sending: newDraft({ userId: user.id, orgId: user.org_id ?? '' }) })}
        >
          <span>
            Send to <bdi>{name}</bdi>
          </span>
        </button>
        <AddPhone user={user} />
        <ActionResult action={action} />
      </div>
    </li>
  );
}
