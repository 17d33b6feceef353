// The users the runtime has seen: presence, sockets, phones, unread count.
import { inboxId } from '../../protocol/inbox-id.ts';
import type { LiveUser } from '../../protocol/local/live-state.ts';
import { Icon } from '../parts/icon.tsx';
import { useConsole } from '../state/console-state.ts';
import { bellOf } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { platformName, plural, roughly, unreadText, userName } from '../words/format.ts';

const NO_USERS: LiveUser[] = [];

export function UsersColumn() {
  const users = useConsole((state) => state.live?.users ?? NO_USERS);
  return (
    <aside class="column users-column" data-column tabIndex={-1} aria-labelledby="users-title">
      <div class="bar">
        <h2 id="users-title">Users</h2>
        <span class="quiet end">unread</span>
      </div>
      {users.length === 0 && <p class="quiet pad">No user has connected yet. Opening a bell connects one.</p>}
      {users.map((user) => (
        <details key={inboxId(user.id, user.org_id)} class="user">
          <summary>
            <Icon name={user.sockets.length > 0 ? 'dot' : 'ring'} tone={user.sockets.length > 0 ? 'ok' : 'quiet'} />
            <b>
              <bdi>{userName(user.id, user.org_id)}</bdi>
            </b>
            <span class="count">{user.unread_count === null ? '–' : unreadText(user.unread_count)}</span>
            <span class="quiet places">{presence(user)}</span>
          </summary>
          <Sockets user={user} />
        </details>
      ))}
    </aside>
  );
}

export function presence({ sockets, phones }: LiveUser): string {
  const open = sockets.length === 0 ? 'no socket' : plural(sockets.length, 'socket');
  return `${open}, ${phones.length === 0 ? 'no phone' : plural(phones.length, 'phone')}`;
}

function Sockets({ user }: { user: LiveUser }) {
  const now = useNow(10_000);
  return (
    <>
      {user.sockets.map(({ id, connected_at_ms: atMs }) => (
        <p key={id} class="socket">
          <code title={id}>{id}</code>
          <span class="quiet">{roughly(now - atMs)}</span>
        </p>
      ))}
      {user.phones.map(({ token, platform, is_enabled: isEnabled }) => (
        <p key={token} class="socket">
          <span title={token}>{token.length > 12 ? `${token.slice(0, 5)}…${token.slice(-5)}` : token}</span>
          <span class="quiet">{isEnabled ? platformName(platform) : 'disabled'}</span>
        </p>
      ))}
      <a class="button" href={bellOf(user.id, user.org_id)} target="_blank" rel="noreferrer">
        <span>
          Watch as <bdi>{userName(user.id, user.org_id)}</bdi>
        </span>
      </a>
    </>
  );
}
