// docs/protocol.md is true: its examples pass the real parsers, and it names every word of the protocol and no other.
import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { problemResponse } from '../../lambdas/responses.ts';
import {
  broadcastEstimateRequestSchema,
  broadcastEstimateSchema,
  broadcastStatusSchema,
  presenceSchema,
  topicSubscribersSchema,
} from '../../protocol/back-end.ts';
import { claimReplySchema } from '../../protocol/claim.ts';
import { ACTIONS, GATEWAY_ACTIONS, parseClientFrame } from '../../protocol/client-frame.ts';
import { DETAIL_TYPES } from '../../protocol/detail-type.ts';
import { CallerError, ERROR_CODES } from '../../protocol/error-codes.ts';
import { type ParsedEvent, parseEvent } from '../../protocol/event.ts';
import { eventBatchResultSchema, eventBatchSchema } from '../../protocol/event-batch.ts';
import { explainRequestSchema, explanationSchema } from '../../protocol/explanation.ts';
import * as limits from '../../protocol/limits.ts';
import { type Notification, notificationSchema } from '../../protocol/notification.ts';
import { requestSchema } from '../../protocol/request.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { type DocumentedFrame, serverFrameSchemas as frames } from '../../protocol/server-frame-schemas.ts';
import { internalTicketRequestSchema, ticketRequestSchema, ticketSchema } from '../../protocol/ticket.ts';
import { blocks, readDocument, section, tabledNames, tableRows } from './markdown.ts';

const document = readDocument('docs/protocol.md');
const examples = blocks(document).filter((block) => block.language === 'json');
const labelled = (label: string) => examples.filter((block) => block.label === label);
const json = (text: string): any => JSON.parse(text);

const ANSWERS: Record<string, z.ZodType> = {
  '200 presence': presenceSchema.strict(),
  '200 subscribers': topicSubscribersSchema.strict(),
  '200 broadcast': broadcastStatusSchema.strict(),
  '200 estimate': broadcastEstimateSchema.strict(),
  '200 claim': claimReplySchema.strict(),
  '200 explanation': explanationSchema.strict(),
};

describe('examples', () => {
  it('are all of a kind that is checked here', () => {
    const kinds = [
      ...DETAIL_TYPES,
      'client',
      'server',
      'rejected',
      'problem',
      '201 ticket',
      '200 events',
      ...Object.keys(ANSWERS),
    ];
    const bodies = [
      'POST /api/v2/tickets',
      'POST /internal/tickets',
      'POST /internal/events',
      'POST /internal/broadcasts/estimate',
      'POST /internal/explain',
    ];
    for (const { label, line } of examples) {
      expect([...kinds, ...bodies], `docs/protocol.md:${line}: label the block, as in \`\`\`json server`).toContain(
        label,
      );
    }
    for (const kind of [...kinds, ...bodies]) expect(labelled(kind), `an example of ${kind}`).not.toEqual([]);
  });

  it.each(DETAIL_TYPES)('of %s are valid events', (type) => {
    for (const { text } of labelled(type)) {
      const body = JSON.stringify({ id: 'an-event', 'detail-type': type, source: 'my.app', detail: json(text) });
      const { event } = parseEvent(body) as { event: ParsedEvent };
      if (event.type !== 'requests') expect(event).toMatchObject({ type, eventId: 'an-event' });
      else expect(event.requests.filter((one) => 'rejection' in one)).toEqual([]);
    }
  });

  it('of a rejected event have the field and the reason the parser gives', () => {
    for (const { text } of labelled('rejected')) {
      const { event, ...rejection } = json(text);
      expect(parseEvent(JSON.stringify(event))).toEqual({ rejection });
    }
  });

  it('of client frames are understood, one at least of every action', () => {
    const seen = labelled('client').map(({ text }) => {
      const sent = json(text);
      if (!GATEWAY_ACTIONS.includes(sent.action)) expect(parseClientFrame(text)).toMatchObject({ action: sent.action });
      return sent.action;
    });
    expect([...new Set(seen)].sort()).toEqual([...ACTIONS].sort());
  });

  it('of server frames have exactly the fields of their type, one at least of every type', () => {
    const seen = labelled('server').map(({ text }) => {
      const sent = json(text) as ServerFrame;
      frames[sent.type].parse(sent);
      return sent.type;
    });
    expect([...new Set(seen)].sort()).toEqual(Object.keys(frames).sort());
    const source = readFileSync(new URL('../../protocol/server-frame.ts', import.meta.url), 'utf8');
    const types = [...source.matchAll(/^ {2}type: (.+);$/gm)].flatMap((found) => found[1]!.match(/[a-z_]+/g)!);
    expect([...new Set(seen)].sort(), 'frames of protocol/server-frame.ts').toEqual(types.sort());
  });

  it('of server frames are held against the types the functions send (by the compiler)', () => {
    expectTypeOf<DocumentedFrame>().toExtend<ServerFrame>();
    expectTypeOf<ServerFrame>().toExtend<DocumentedFrame>();
    expectTypeOf<KeysOf<ServerFrame>>().toEqualTypeOf<KeysOf<DocumentedFrame>>();
  });

  it('of the error frame say what the parser says', () => {
    const { code, message } = json(labelled('server').at(-1)!.text);
    const refuse = () => parseClientFrame('{"action":"dance"}');
    expect(refuse).toThrow(expect.objectContaining({ code, message }));
  });

  it('of bodies and answers fit their schemas', () => {
    const schemas: Record<string, z.ZodType> = {
      'POST /api/v2/tickets': ticketRequestSchema,
      'POST /internal/tickets': internalTicketRequestSchema,
      'POST /internal/events': eventBatchSchema,
      '201 ticket': ticketSchema.strict(),
      '200 events': eventBatchResultSchema.strict(),
      'POST /internal/broadcasts/estimate': broadcastEstimateRequestSchema,
      'POST /internal/explain': explainRequestSchema,
      ...ANSWERS,
    };
    for (const [label, schema] of Object.entries(schemas)) {
      for (const { text } of labelled(label)) schema.parse(json(text));
    }
  });

  it('of events over HTTP are events that would be dispatched', () => {
    for (const { text } of labelled('POST /internal/events')) {
      for (const entry of eventBatchSchema.parse(json(text)).entries) {
        const body = JSON.stringify({ id: 'an-event', 'detail-type': entry.detail_type, detail: entry.detail });
        expect(parseEvent(body)).toHaveProperty('event');
      }
    }
  });

  it('of a problem is what the REST API answers', async () => {
    const shown = json(labelled('problem')[0]!.text);
    const refused = ticketRequestSchema.safeParse({ ttl_seconds: 3_601 });
    expect(shown.detail).toBe(`${shown.field} ${refused.error!.issues[0]!.message}`);
    const log = {
      log: { info: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, latency: () => undefined, gauge: () => undefined },
    };
    const response = problemResponse(log, new CallerError(shown.code, shown.detail, { field: shown.field }));
    expect(await response.json()).toEqual(shown);
    expect(response.status).toBe(shown.status);
  });
});

describe('words', () => {
  it('error codes and their statuses are those of protocol/error-codes.ts', () => {
    const rows = tableRows(section(document, 'Errors'));
    const documented = Object.fromEntries(
      rows.map(([code = '', status]) => [code.replaceAll('`', ''), Number(status)]),
    );
    expect(documented).toEqual(ERROR_CODES);
  });

  it('every detail type, action and frame has a heading, and no other has', () => {
    const headings = (name: string) =>
      [...section(document, name).matchAll(/^### (.+)$/gm)].flatMap((found) =>
        [...found[1]!.matchAll(/`([^`]+)`/g)].map((word) => word[1]!),
      );
    expect(headings('Events on the bus')).toEqual([...DETAIL_TYPES]);
    expect(headings('Frames from the client').sort()).toEqual([...ACTIONS].sort());
    expect(headings('Frames from the server').sort()).toEqual(Object.keys(frames).sort());
  });

  it('the fields of a request and of a notification are all there', () => {
    const request = z.toJSONSchema(requestSchema, { io: 'input' }) as { properties: object };
    expect(tabledNames(section(document, '`notification.requested`')).filter(isField).sort()).toEqual(
      Object.keys(request.properties).sort(),
    );
    const fields: (keyof Notification)[] = notificationSchema.keyof().options;
    expect(tabledNames(section(document, 'The notification'))).toEqual(fields);
  });

  it('every close code of the local gateway is documented', () => {
    const gateway = ['connections', 'websocket-api', 'websocket-messages'];
    const source = gateway.map((name) => readDocument(`local/gateway/${name}.ts`)).join();
    const used = [...source.matchAll(/\b(?:end|disconnected)\([^)]*?\b(10\d\d)\b/g)].map((found) => found[1]!);
    expect(new Set(used).size).toBeGreaterThanOrEqual(5);
    const documented = tableRows(section(document, 'Close codes')).map(([code]) => code);
    expect(documented).toEqual(expect.arrayContaining(used));
  });

  it('limits are those of protocol/limits.ts', () => {
    const rows = tableRows(section(document, 'Limits'));
    const documented = Object.fromEntries(
      rows.map(([name = '', value = '']) => [name.replaceAll('`', ''), number(value)]),
    );
    expect(documented).toEqual({ ...limits });
  });
});

type KeysOf<T> = T extends unknown ? keyof T : never;
const isField = (name: string): boolean => /^[a-z_]+$/.test(name);
const number = (text: string): number => Number(text.replaceAll(',', ''));
