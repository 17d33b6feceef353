import { describe, expect, it } from 'vitest';
import { codeFor } from '../../console/send/code-samples.ts';
import { detailJson, detailOf, draftOf, newDraft } from '../../console/send/draft.ts';
import { payloadProblem, problemsOf } from '../../console/send/field-problems.ts';
import { TEMPLATES } from '../../console/send/templates.ts';
import { requestSchema } from '../../protocol/request.ts';

const NOW = Date.parse('2026-11-21T14:00:00.000Z');
const OUTPUTS = { event_bus_name: 'Bus', region: 'us-east-1', http_url: 'http://127.0.0.1:4280' };

describe('the form', () => {
  it.each(TEMPLATES.map((template) => [template.type, template] as const))(
    'makes a valid request of the template %s',
    (_, template) => {
      const detail = JSON.parse(detailJson(newDraft(template), NOW));
      expect(requestSchema.safeParse(detail).error?.issues).toBeUndefined();
    },
  );

  it('keeps the payload as it was typed, so that no number changes', () => {
    expect(detailJson(newDraft({ payload: '{"n": 1.10, "big": 90071992547409931}' }), NOW)).toContain(
      '"payload":{"n": 1.10, "big": 90071992547409931}',
    );
  });

  it('reads back what it makes', () => {
    const draft = newDraft({
      to: 'users',
      userIds: 'alice, bob',
      priority: 'critical',
      requiresAck: true,
      id: 'own',
      deliver: 'at',
      deliverAt: '2026-11-21T15:30:00',
      payload: '{\n  "a": 1\n}',
    });
    expect(draftOf(detailJson(draft, NOW))).toEqual({ ...draft, userId: '', topic: '' });
    expect(draftOf('{"cut')).toBeUndefined();
  });

  it('keeps the fields of a request that it has no control for', () => {
    const sent = { ...detailOf(newDraft(), NOW), claim: { expires_seconds: 900 }, digest: { key: 'k' } };
    const draft = draftOf(JSON.stringify({ ...sent, payload: { a: 1 } }))!;
    expect(JSON.parse(detailJson({ ...draft, title: 'Corrected' }, NOW))).toEqual({
      ...sent,
      title: 'Corrected',
      payload: { a: 1 },
    });
  });

  it('names the organisation of a user or several, and of nobody else', () => {
    const to = (change: Parameters<typeof newDraft>[0]) => detailOf(newDraft({ orgId: 'acme', ...change }), NOW).org_id;
    expect([to({}), to({ to: 'users' }), to({ to: 'topic' }), to({ to: 'everyone' })]).toEqual([
      'acme',
      'acme',
      undefined,
      undefined,
    ]);
    expect(draftOf(detailJson(newDraft({ orgId: 'acme' }), NOW))?.orgId).toBe('acme');
    expect(problemsOf([{ field: 'org_id', reason: 'must not be empty' }])).toEqual({
      org: 'org_id must not be empty.',
    });
  });

  it('means times in UTC', () => {
    const detail = detailOf(newDraft({ deliver: 'at', deliverAt: '2026-11-21T15:30' }), NOW);
    expect(detail.deliver_at).toBe('2026-11-21T15:30:00.000Z');
    expect(detailOf(newDraft({ deliver: 'hour' }), NOW).deliver_at).toBe('2026-11-21T15:00:00.000Z');
  });
});

describe('what is wrong', () => {
  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'Line 3: expected a comma.'],
    ['{\n  a: 1\n}', 'Line 2: expected a name in double quotes.'],
    ['{"a": "x', 'Line 1: the text is not closed.'],
    ['{"a": 1', /^Line 1: /],
    [
      '{\n  "orderId": 90071992547409931\n}',
      'Line 2: JavaScript cannot hold 90071992547409931 exactly. Send it as a string.',
    ],
    ['{"text": "90071992547409931"}', undefined],
    ['', undefined],
  ])('in the payload %j is found with its line', (payload, problem) => {
    if (problem instanceof RegExp) expect(payloadProblem({ payload })).toMatch(problem);
    else expect(payloadProblem({ payload })).toBe(problem);
  });

  it('is shown beside its field, in a sentence', () => {
    expect(
      problemsOf([
        { field: 'title', reason: 'is missing: a stored notification needs a title' },
        { field: 'user_id', reason: 'must not contain # or white space' },
        { field: 'payload.a', reason: 'must be a JSON object' },
        { field: 'priority', reason: 'must be one of normal, high, critical' },
      ]),
    ).toEqual({
      title: 'Enter a title, up to 255 characters.',
      to: 'Remove the space; ids have no white space or #.',
      payload: 'payload.a must be a JSON object.',
      priority: 'priority must be one of normal, high, critical.',
    });
  });
});

describe('the form as code', () => {
  const draft = newDraft({ title: "It's 'ready'", payload: '{"ok": true, "none": null}' });

  it('quotes for the shell', () => {
    const curl = codeFor('curl', draft, OUTPUTS, NOW).join('\n');
    expect(curl).toContain(`"title":"It'\\''s '\\''ready'\\''"`);
    expect(curl).toContain('http://127.0.0.1:4280/internal/events');
  });

  it('writes the notation of each language', () => {
    expect(codeFor('typescript', draft, OUTPUTS, NOW)).toContain("  title: 'It\\'s \\'ready\\'',");
    expect(codeFor('python', draft, OUTPUTS, NOW).join('\n')).toContain('"payload": {"ok": True, "none": None},');
    expect(
      JSON.parse(
        codeFor('cli', newDraft(), OUTPUTS, NOW)
          .at(-1)!
          .replace(/^ {2}--entries '|'$/g, ''),
      )[0],
    ).toMatchObject({
      EventBusName: 'Bus',
      DetailType: 'notification.requested',
    });
  });
});
