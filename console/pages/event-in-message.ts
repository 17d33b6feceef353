// The event of the bus inside a queue's message: whole, as a rejected one is kept, or as the rule's target made it.

export interface EventInMessage {
  id: string | undefined;
  source: string | undefined;
  detailType: string | undefined;
  detail: unknown;
  title: string | undefined;
  /** Indented JSON. */
  shown: string;
}

export function eventIn(body: string): EventInMessage | undefined {
  let whole: Record<string, unknown>;
  try {
    whole = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined; // Any text may be on a queue.
  }
  const event = isObject(whole.event) ? whole.event : whole;
  const detail = isObject(event.detail) ? event.detail : isObject(event.request) ? event.request : undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    id: text(event.id),
    source: text(event.source),
    detailType: text(event['detail-type']) ?? text(event.task),
    detail: event.detail,
    title: text(detail?.title),
    shown: JSON.stringify(event, null, 2),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
