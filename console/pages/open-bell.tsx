// Opens the bell of any user in a tab of its own, in an organisation where one is named.
import { useState } from 'preact/hooks';
import { bellOf } from '../state/route.ts';
import { userName } from '../words/format.ts';

export function OpenBell() {
  const [userId, setUserId] = useState('alice');
  const [orgId, setOrgId] = useState('');
  const organisation = orgId === '' ? undefined : orgId;
  return (
    <section class="open-bell" aria-labelledby="open-bell-title">
      <h2 id="open-bell-title">Watch as another user</h2>
      <div class="buttons">
        <label>
          <span class="quiet">User</span>
          <input
            type="text"
            autocomplete="off"
            value={userId}
            onInput={(event) => setUserId(event.currentTarget.value.trim())}
          />
        </label>
        <label>
          <span class="quiet">Organisation</span>
          <input
            type="text"
            autocomplete="off"
            placeholder="none"
            value={orgId}
            onInput={(event) => setOrgId(event.currentTarget.value.trim())}
          />
        </label>
        <a class="button" href={bellOf(userId || 'alice', organisation)} target="_blank" rel="noreferrer">
          <span>
            Open the bell of <bdi>{userName(userId || 'alice', organisation)}</bdi>
          </span>
        </a>
      </div>
    </section>
  );
}
