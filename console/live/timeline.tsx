// The timeline: every step with its time, waits drawn dashed; a step opens to what was sent, and by itself where it
// failed.
import type { HistoryDetail } from '../../protocol/local/history.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { JsonBlock } from '../parts/json-block.tsx';
import { useNow } from '../state/use-now.ts';
import { duration } from '../words/format.ts';
import { failureSentence, type TimelineLine, timelineOf } from '../words/timeline-words.ts';

export function Timeline({ detail }: { detail: HistoryDetail }) {
  const now = useNow();
  const { row, steps } = detail;
  const isRead = steps.some(({ kind }) => kind === 'read');
  const expectsRead = row.inbox.state === 'done' && !isRead;
  return (
    <>
      <ol class="timeline">
        {timelineOf(steps, now).map((line) => (
          <TimelineItem
            key={`${line.step.kind} ${line.step.at_ms} ${line.step.name} ${line.text}`}
            line={line}
            fromMs={row.at_ms}
          />
        ))}
        {row.requires_ack && row.is_stored && !row.is_acknowledged && row.sends > 0 && <Pending text="Acknowledged" />}
        {expectsRead && <Pending text="Read" />}
      </ol>
      {detail.left_out > 0 && <p class="quiet">{detail.left_out} more steps and calls are not kept.</p>}
    </>
  );
}

function Pending({ text }: { text: string }) {
  return (
    <li>
      <span class="quiet">not yet</span>
      <Icon name="waiting" tone="quiet" />
      <span class="quiet">{text}</span>
      <span />
    </li>
  );
}

function TimelineItem({ line, fromMs }: { line: TimelineLine; fromMs: number }) {
  const { step, isWait } = line;
  return (
    <li class={isWait ? 'wait' : undefined}>
      <span class="at">{isWait ? '' : `${duration(Math.max(0, step.at_ms - fromMs))}`}</span>
      <Icon name={glyphOf(line)} tone={toneOf(line)} />
      <span class="what">
        {line.text} {line.name && <code>{line.name}</code>} {line.after}
      </span>
      <span class="figure">{isWait ? '' : line.figure}</span>
      {step.error && step.state === 'failed' && (
        <details open={step.kind === 'invoked'} class="more">
          <summary>{line.summary}</summary>
          <p>{failureSentence(step)}</p>
          <pre>{step.error.message}</pre>
        </details>
      )}
      {step.payload !== undefined && step.kind !== 'matched' && step.kind !== 'pushed' && (
        <details class="more">
          <summary>{step.kind === 'stored' || step.kind === 'already_stored' ? 'Item' : 'Exact payload'}</summary>
          <JsonBlock text={step.payload} label="Exact payload" />
        </details>
      )}
    </li>
  );
}

function glyphOf({ step, isWait }: TimelineLine): IconName {
  if (isWait) return step.kind === 'scheduled' ? 'clock' : 'retry';
  if (step.kind === 'dead_lettered' || step.kind === 'rejected') return 'tray';
  return step.state === 'running' || step.state === 'waiting' ? 'waiting' : step.state;
}

function toneOf({ step, isWait }: TimelineLine): string {
  if (isWait) return step.name === 'retry' ? 'warn' : 'quiet';
  return { done: 'ok', failed: 'bad', skipped: 'quiet', running: 'quiet', waiting: 'quiet' }[step.state];
}
