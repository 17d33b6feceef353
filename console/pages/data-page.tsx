// Data: the table, by partition; a user's partitions are those whose key names the user.
import { useState } from 'preact/hooks';
import { Empty } from '../parts/empty.tsx';
import { JsonBlock } from '../parts/json-block.tsx';
import { linkTo } from '../state/route.ts';
import { useActivity } from '../state/use-activity.ts';
import { useLoaded } from '../state/use-loaded.ts';
import { plural } from '../words/format.ts';

interface Partitions {
  partitions: { key: string; items: number }[];
  is_complete: boolean;
}

export function DataPage({ partition }: { partition: string | undefined }) {
  const [user, setUser] = useState('');
  const { value, error } = useLoaded<Partitions>(`table?user=${encodeURIComponent(user)}`, useActivity());
  return (
    <section class="split" aria-labelledby="page-title">
      <div class="split-list" data-column>
        <label class="filter">
          <span class="quiet">Keys that contain</span>
          <input
            type="search"
            value={user}
            placeholder="alice"
            onInput={(event) => setUser(event.currentTarget.value)}
          />
        </label>
        {error && <p class="field-error">{error}</p>}
        {value?.partitions.length === 0 && (
          <Empty>{user === '' ? 'The table is empty.' : `No key contains “${user}”.`}</Empty>
        )}
        <ul aria-label="Partitions">
          {value?.partitions.map(({ key, items }) => (
            <li key={key}>
              <a href={linkTo('data', key)} aria-current={key === partition ? 'true' : undefined}>
                <code class="breaks">{printable(key)}</code>
                <span class="quiet">{items}</span>
              </a>
            </li>
          ))}
        </ul>
        {value && !value.is_complete && <p class="quiet pad">There are more; type a part of the key.</p>}
      </div>
      <div class="split-body" data-column tabIndex={-1}>
        <div class="head">
          <h1 id="page-title">{partition === undefined ? 'Data' : <code class="breaks">{partition}</code>}</h1>
          {partition === undefined && <p>The items of the table, as the functions wrote them. Choose a partition.</p>}
        </div>
        {partition !== undefined && <Items partition={partition} />}
      </div>
    </section>
  );
}

function Items({ partition }: { partition: string }) {
  const { value: items, error } = useLoaded<Record<string, unknown>[]>(
    `table?key=${encodeURIComponent(partition)}`,
    useActivity(),
  );
  if (error) return <p class="field-error">{error}</p>;
  if (!items) return null;
  return (
    <>
      <p class="quiet">{plural(items.length, 'item')}</p>
      {items.map((item) => {
        const key = Object.values(item).slice(0, 2).join(' ');
        return (
          <details key={JSON.stringify([item.pk, item.sk]) ?? key} class="item">
            <summary>
              <code class="breaks">{String(item.sk ?? key)}</code>{' '}
              <bdi>{typeof item.title === 'string' ? item.title : ''}</bdi>
            </summary>
            <JsonBlock text={JSON.stringify(item)} label="Item" />
          </details>
        );
      })}
    </>
  );
}

/** Parts of some keys are separated by a control character, which has no glyph. */
const printable = (key: string): string => key.replace(/\p{Cc}/gu, ' · ');
