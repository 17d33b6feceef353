// Where it went: the inbox, every connection, every phone.
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { Icon } from '../parts/icon.tsx';
import { linkTo } from '../state/route.ts';
import { placesOf } from '../words/places.ts';

const TONE = { done: 'ok', failed: 'bad', skipped: 'quiet', none: 'quiet', waiting: 'quiet' } as const;

export function Places({ detail }: { detail: HistoryDetail }) {
  return (
    <ul class="places-list">
      {placesOf(detail).map(({ place, glyph, id, text, link }, at) => (
        <li key={id ?? `${place} ${at}`}>
          <Icon name={glyph} tone={TONE[glyph]} />
          <span>{place}</span>
          <span>
            {id && <code>{id}</code>} {text} {link && <a href={linkTo(link)}>See it</a>}
          </span>
        </li>
      ))}
    </ul>
  );
}
