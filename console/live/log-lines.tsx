// Log lines of functions: level and message, and the rest where it opens.
import type { HistoryLog } from '../../protocol/local/history.ts';
import { JsonBlock } from '../parts/json-block.tsx';
import { preciseTime } from '../words/format.ts';

export function LogLines({ logs }: { logs: HistoryLog[] }) {
  if (logs.length === 0) return <p class="quiet">No lines.</p>;
  return (
    <ul class="log-lines">
      {logs.map((log, at) => {
        const { level, message } = readLine(log.line);
        return (
          <li key={`${log.at_ms} ${at}`}>
            <details>
              <summary>
                <span class="quiet">{preciseTime(log.at_ms)}</span> <b>{log.function}</b>{' '}
                <span class={level === 'ERROR' ? 'bad' : level === 'WARN' ? 'warn' : 'quiet'}>{level}</span> {message}
              </summary>
              <JsonBlock text={log.line} label="Log line" />
            </details>
          </li>
        );
      })}
    </ul>
  );
}

export function readLine(line: string): { level: string; message: string } {
  try {
    const { level, message } = JSON.parse(line) as { level?: unknown; message?: unknown };
    if (typeof message === 'string') return { level: typeof level === 'string' ? level : '', message };
  } catch {
    // Not every line is JSON: a function may print anything.
  }
  return { level: '', message: line.slice(0, 300) };
}
