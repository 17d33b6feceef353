// What a phone shows of a push payload, of FCM v1 or of APNs, and a browser of web push.

export interface ShownPush {
  app: string;
  title: string;
  body: string;
}

export function shownPush(payload: unknown): ShownPush {
  const message = at(payload, 'fcmV1Message', 'message') ?? at(payload, 'message') ?? payload;
  const alert = at(message, 'aps', 'alert') ?? at(message, 'notification') ?? {};
  const type = text(at(message, 'data', 'notification_type')) || text(at(message, 'notification_type'));
  return {
    app: type || 'App',
    title: typeof alert === 'string' ? alert : text(at(alert, 'title')) || text(at(message, 'title')),
    body: text(at(alert, 'body')) || text(at(message, 'message')),
  };
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
