// Log lines of functions: level and message, and the rest where it opens.
import type { HistoryLog } from '../../protocol/local/history.ts';
import { readLogLine } from '../../protocol/local/log-line.ts';
import { JsonBlock } from '../parts/json-block.tsx';
import { preciseTime } from '../words/format.ts';

export function LogLines({ logs }: { logs: HistoryLog[] }) {
  if (logs.length === 0) return <p class="quiet">No lines.</p>;
  return (
    <ul class="log-lines">
      {logs.map((log, at) => {
        const { level, message, fields } = readLine(log.line);
        return (
          <li key={`${log.at_ms} ${at}`}>
            <details>
              <summary>
                <span class="quiet">{preciseTime(log.at_ms)}</span> <b>{log.function}</b>{' '}
                <span class={level === 'ERROR' ? 'bad' : level === 'WARN' ? 'warn' : 'quiet'}>{level}</span> {message}{' '}
                <span class="quiet">{fields.join(' ')}</span>
              </summary>
              <JsonBlock text={log.line} label="Log line" />
            </details>
          </li>
        );
      })}
    </ul>
  );
}

/** Our choice: longer lines are cut here, and whole where they open. */
const SHOWN_CHARACTERS = 300;

function readLine(line: string) {
  return readLogLine(line) ?? { level: '', message: line.slice(0, SHOWN_CHARACTERS), fields: [] };
}
