// What happened to one notification: the verdict, where it went, the timeline, and what it was made of.
import { useEffect, useRef } from 'preact/hooks';
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Icon, typeIcon } from '../parts/icon.tsx';
import { ShortId } from '../parts/short-id.tsx';
import { codeFor } from '../send/code-samples.ts';
import { draftOf } from '../send/draft.ts';
import { store, useConsole } from '../state/console-state.ts';
import { linkTo, type PageName } from '../state/route.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { audienceName } from '../words/status.ts';
import { DetailParts } from './detail-parts.tsx';
import { Places } from './places.tsx';
import { Requests } from './requests.tsx';
import { Timeline } from './timeline.tsx';
import { VerdictBlock } from './verdict-block.tsx';

export function Detail({ id, page }: { id: string; page: PageName }) {
  const changes = useConsole((state) => state.changes.get(id) ?? 0);
  const { value, error } = useLoaded<HistoryDetail>(`history/${encodeURIComponent(id)}`, changes);
  const latest = useRef<HistoryDetail | undefined>(undefined);
  if (value) latest.current = value;
  // While it loads again, what is known stays.
  const detail = value ?? (latest.current?.row.id === id ? latest.current : undefined);
  useTitle(detail?.row.title);
  return (
    <article class="detail" aria-label="What happened">
      <a class="button bare back" href={linkTo(page)}>
        Back
      </a>
      {error && !detail && <p class="field-error">{error}</p>}
      {detail && <DetailContent detail={detail} />}
    </article>
  );
}

function DetailContent({ detail }: { detail: HistoryDetail }) {
  const { row } = detail;
  const outputs = useConsole((state) => state.outputs);
  const id = detail.notification_ids.length === 1 ? detail.notification_ids[0]! : row.id;
  const isRequest = row.detail_type === 'notification.requested';
  const draft = isRequest ? draftOf(detail.detail) : undefined;
  return (
    <>
      <p class="eyebrow">
        <Icon name={typeIcon(row.notification_type, row.audience.kind)} />
        <span>
          {row.notification_type} · {row.priority}
          {row.requires_ack ? ' · acknowledgement required' : ''}
        </span>
      </p>
      <h2>
        <bdi>{row.title}</bdi>
      </h2>
      <p class="meta">
        {audienceName(row) !== '' && (
          <span>
            to{' '}
            <b>
              <bdi>{audienceName(row)}</bdi>
            </b>
            {' ·'}
          </span>
        )}
        <ShortId id={id} what={id === row.id ? 'the event id' : 'the notification id'} />
      </p>
      <VerdictBlock detail={detail} />
      {row.requests > 1 && <Requests detail={detail} />}
      <h3>Where it went</h3>
      <Places detail={detail} />
      <h3>Timeline</h3>
      <Timeline detail={detail} />
      <DetailParts detail={detail} />
      {draft && (
        <div class="buttons">
          <button
            type="button"
            class="button"
            onClick={() => store.set({ sending: { ...draft, deliver: 'now', id: '' } })}
          >
            Send again
          </button>
          <CopyButton text={codeFor('typescript', draft, outputs).join('\n')} what="the code" label="Copy as code" />
        </div>
      )}
    </>
  );
}

function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    const before = document.title;
    document.title = `${title} · Carillon local`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
