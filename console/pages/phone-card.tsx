// One phone: its lock screen, why the last push came or did not come, and what can happen to it.
import { inboxId, inboxOwner } from '../../protocol/inbox-id.ts';
import type { HistoryRow } from '../../protocol/local/history.ts';
import { ActionResult } from '../parts/action-result.tsx';
import { JsonBlock } from '../parts/json-block.tsx';
import { useAction } from '../parts/use-action.ts';
import { callRuntime } from '../state/call-runtime.ts';
import { useConsole } from '../state/console-state.ts';
import { linkTo } from '../state/route.ts';
import { useNow } from '../state/use-now.ts';
import { clockTime, platformName, roughly, shortId, userName } from '../words/format.ts';
import { reasonOnPhone } from '../words/verdict.ts';
import { shownPush } from './shown-push.ts';

export interface PhoneAnswer {
  platform: string;
  token: string;
  user_id: string | null;
  endpoint_enabled: boolean;
  provider_accepts: boolean;
  is_offline: boolean;
  held: number;
  messages: { payload: unknown; received_at: string; event_id: string | null }[];
}

/** Our choice: what fits the drawn screen. */
const SHOWN = 3;

export function PhoneCard({ phone, onChange }: { phone: PhoneAnswer; onChange(): void }) {
  const now = useNow(1_000);
  const action = useAction();
  const set = (body: object) =>
    action.run(async () => {
      await callRuntime('POST', `phones/${encodeURIComponent(phone.token)}`, body);
      onChange();
      return undefined;
    });
  const newest = phone.messages.slice(-SHOWN).reverse();
  const date = new Date(now).toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  return (
    <div class="phone" data-token={phone.token}>
      <h2>
        <span title={phone.token}>{shortId(phone.token)}</span>
        <span class="tag">{platformName(phone.platform)}</span>
      </h2>
      <p class="quiet">
        <bdi>{nameOf(phone) ?? 'nobody'}</bdi> · {stateOf(phone)}
      </p>
      <div class="lock-screen">
        <time>{clockTime(now).slice(0, 5)}</time>
        <p class="quiet">{date}</p>
        <div class="pushes">
          {newest.length === 0 && (
            <p class="nothing">
              Nothing received yet. Close <bdi>{nameOf(phone) ?? 'the user'}</bdi>’s sockets, then send.
            </p>
          )}
          {newest.map(({ payload, received_at: at, event_id: eventId }) => {
            const push = shownPush(payload);
            const content = (
              <>
                <span class="quiet push-head">
                  <span>{push.app}</span>
                  <span>{ago(now - Date.parse(at))}</span>
                </span>
                <b>
                  <bdi>{push.title}</bdi>
                </b>
                <span>
                  <bdi>{push.body}</bdi>
                </span>
              </>
            );
            const key = `${eventId} ${at}`;
            return eventId === null ? (
              <div key={key} class="push">
                {content}
              </div>
            ) : (
              <a key={key} class="push" href={linkTo('live', eventId)}>
                {content}
              </a>
            );
          })}
        </div>
      </div>
      <p class="why">
        <Why phone={phone} />
      </p>
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-pressed={phone.is_offline}
          onClick={() => set({ offline: !phone.is_offline })}
        >
          {phone.platform === 'web' ? 'Closed' : 'Airplane mode'}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={!phone.provider_accepts}
          onClick={() => set({ enabled: !phone.provider_accepts })}
        >
          {uninstallWords(phone)}
        </button>
        <ActionResult action={action} />
      </div>
      {newest[0] && (
        <details>
          <summary>Exact payload</summary>
          <JsonBlock text={JSON.stringify(newest[0].payload)} label="Exact payload" />
        </details>
      )}
    </div>
  );
}

function uninstallWords({ platform, provider_accepts: accepts }: PhoneAnswer): string {
  if (platform === 'web') return accepts ? 'Unsubscribe' : 'Subscribe again';
  return accepts ? 'Uninstall' : 'Install again';
}

function stateOf(phone: PhoneAnswer): string {
  if (phone.platform === 'web') {
    if (!phone.provider_accepts) return 'not subscribed';
    return phone.is_offline ? `closed, ${phone.held} held` : 'subscribed';
  }
  if (!phone.endpoint_enabled) return 'endpoint disabled';
  if (!phone.provider_accepts) return 'app not installed';
  return phone.is_offline ? `airplane mode, ${phone.held} held` : 'endpoint enabled';
}

function nameOf({ user_id: inbox }: PhoneAnswer): string | undefined {
  if (inbox === null) return undefined;
  const { user_id: userId, org_id: orgId } = inboxOwner(inbox);
  return userName(userId, orgId);
}

const ago = (ms: number) => (ms < 60_000 ? 'now' : `${roughly(ms)} ago`);

/** Says always something: why the last notification of this user came here, or why not. */
function Why({ phone }: { phone: PhoneAnswer }) {
  const rows = useConsole((state) => state.rows);
  const last = phone.messages.at(-1);
  const row = rows.find(({ audience, outcome }) => {
    const isOwn = audience.kind === 'user' && inboxId(audience.name, audience.org_id) === phone.user_id;
    return (isOwn || audience.kind === 'everyone') && outcome !== 'rejected';
  });
  const cause = rows.find(({ id }) => id === last?.event_id);
  if (cause && (!row || row.order <= cause.order)) {
    return (
      <>
        <b>Pushed:</b> {reasonOnPhone(cause)}
      </>
    );
  }
  if (!row) return <>Nothing was sent to this user yet.</>;
  return (
    <>
      <b>{titleOf(row)}:</b> {reasonOf(row, phone)} <a href={linkTo('live', row.id)}>See what happened</a>
    </>
  );
}

const titleOf = (row: HistoryRow) =>
  row.phones.state === 'failed' || row.outcome === 'failed' ? 'Failed' : 'Not pushed';

function reasonOf(row: HistoryRow, phone: PhoneAnswer): string {
  if (row.error && row.outcome === 'failed') return `${row.error.operation} failed with ${row.error.code}.`;
  if (row.phones.failed > 0) return 'the provider refused the token.';
  if (row.sockets.done > 0)
    return `a socket accepted the last notification for ${nameOf(phone) ?? 'this user'}, at ${clockTime(row.at_ms)}.`;
  if (row.phones.done > 0 && phone.is_offline) return 'the phone is in airplane mode; the provider keeps the push.';
  if (row.outcome === 'scheduled' || row.outcome === 'retrying') return 'the last notification waits for its time.';
  if (row.outcome === 'waiting') return 'the last notification waits until the user is at a page.';
  if (row.outcome === 'digested') return 'the last notification waits in a digest.';
  if (row.outcome === 'snoozed') return 'the user snoozed the last notification.';
  return 'push is switched off for this user, or it is still on its way.';
}
