// The requests of an event that carries several: each succeeds or fails alone.
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { Icon } from '../parts/icon.tsx';
import { requestLines } from '../words/requests.ts';

const TONE = { done: 'ok', failed: 'bad', waiting: 'quiet' } as const;

export function Requests({ detail }: { detail: HistoryDetail }) {
  const lines = requestLines(detail);
  if (lines.length === 0) return null;
  return (
    <>
      <h3>Its requests</h3>
      <ul class="places-list requests">
        {lines.map(({ title, to, glyph, outcome }, at) => (
          <li key={`${at} ${title}`}>
            <Icon name={glyph} tone={TONE[glyph]} />
            <bdi>{to}</bdi>
            <span>
              <bdi>{title}</bdi>
              <br />
              <span class={glyph === 'failed' ? 'bad' : 'quiet'}>{outcome}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
