// Logs: what the functions printed, the newest first.
import { useState } from 'preact/hooks';
import type { HistoryLog } from '../../protocol/local/history.ts';
import { LogLines } from '../live/log-lines.tsx';
import { Empty } from '../parts/empty.tsx';
import { useConsole } from '../state/console-state.ts';
import { useLoaded } from '../state/use-loaded.ts';

/** Our choice: a page one reads; the filter looks through as many. */
const SHOWN = 300;

export function LogsPage() {
  const version = useConsole((state) => state.live?.versions.logs);
  const [text, setText] = useState('');
  const [hasMetrics, setMetrics] = useState(false);
  const { value: logs, error } = useLoaded<HistoryLog[]>('logs?limit=1000', version);
  const wanted = text.trim().toLowerCase();
  const found = (logs ?? [])
    .filter(({ line }) => hasMetrics || !line.includes('"_aws"'))
    .filter((log) => wanted === '' || `${log.function} ${log.line}`.toLowerCase().includes(wanted))
    .reverse();
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="head">
        <h1 id="page-title">Logs</h1>
        <p>What the functions print, as CloudWatch Logs keeps it.</p>
      </div>
      <div class="line log-filter">
        <input
          type="search"
          aria-label="Filter by function or text"
          placeholder="Function or text"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <label class="check">
          <input type="checkbox" checked={hasMetrics} onChange={(event) => setMetrics(event.currentTarget.checked)} />
          <span>Metrics too</span>
        </label>
      </div>
      {error && <p class="field-error">{error}</p>}
      {logs && found.length === 0 ? (
        <Empty>
          {wanted === ''
            ? 'The functions have printed nothing but metrics. They log what fails.'
            : `No line contains “${text}”.`}
        </Empty>
      ) : (
        <LogLines logs={found.slice(0, SHOWN)} />
      )}
    </section>
  );
}
