// An event as the rule puts it on the dispatch queue, for tests that put it there themselves.

export const envelope = (id: string, detail: object, detailType = 'notification.requested') =>
  JSON.stringify({
    id,
    'detail-type': detailType,
    source: 'test',
    time: '2026-11-21T07:00:00Z',
    ingested_at: new Date().toISOString(),
    detail,
  });
