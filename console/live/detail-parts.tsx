// What a notification was made of: the request, the AWS calls, the log lines.
import type { HistoryCall, HistoryDetail } from '../../protocol/local/history.ts';
import { JsonBlock } from '../parts/json-block.tsx';
import { dollars, duration, plural, preciseTime, serviceName } from '../words/format.ts';
import { LogLines } from './log-lines.tsx';

export function DetailParts({ detail }: { detail: HistoryDetail }) {
  const { calls, logs, row } = detail;
  const shownLogs = logs.filter(({ line }) => !line.includes('"_aws"'));
  const cost = detail.dollars === null ? '' : `, ${dollars(Number(detail.dollars.toPrecision(2)))}`;
  return (
    <div class="detail-parts">
      <details>
        <summary>Request and payload</summary>
        <dl class="facts">
          <dt>Event id</dt>
          <dd>
            <code>{row.id}</code>
          </dd>
          <dt>Source</dt>
          <dd>
            <code>{row.source}</code>
          </dd>
          <dt>Accepted</dt>
          <dd>{preciseTime(row.at_ms)} UTC</dd>
        </dl>
        <JsonBlock text={detail.detail} label="The request" />
      </details>
      <details>
        <summary>
          {plural(calls.length, 'AWS call')}
          {cost}
        </summary>
        <table class="calls">
          <thead>
            <tr>
              <th>Call</th>
              <th>By</th>
              <th>Outcome</th>
              <th>Took</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call, at) => (
              <Call key={at} call={call} />
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>{plural(shownLogs.length, 'log line')}</summary>
        <LogLines logs={shownLogs} />
      </details>
    </div>
  );
}

function Call({ call }: { call: HistoryCall }) {
  return (
    <tr>
      <td>
        {call.operation}
        <span class="quiet"> {serviceName(call.service)}</span>
        {call.is_shared && <span class="quiet">, shared by a batch</span>}
      </td>
      <td>{call.function}</td>
      <td class={call.outcome === 'ok' ? undefined : 'bad'}>{call.outcome}</td>
      <td class="number">{duration(call.ms)}</td>
    </tr>
  );
}
