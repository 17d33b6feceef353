// Ids: the same request is the same id, and ids sort by time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstKeyAt, idTimeMs, momentKey, notificationId } from '../../../../lambdas/domain/model/notification-id.ts';

const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
const text = fc.string({ minLength: 1, maxLength: 64 });

describe('notificationId', () => {
  it('is a UUIDv7 that depends on time, request and user alone', () => {
    fc.assert(
      fc.property(time, text, text, (ms, request, user) => {
        const id = notificationId(ms, request, user);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(notificationId(ms, request, user)).toBe(id);
        expect(idTimeMs(id)).toBe(ms);
      }),
    );
  });

  it('differs for another user, another request, and where one ends and the other begins', () => {
    expect(notificationId(1, 'r', 'a')).not.toBe(notificationId(1, 'r', 'b'));
    expect(notificationId(1, 'r', 'a')).not.toBe(notificationId(1, 's', 'a'));
    expect(notificationId(1, 'ra', 'b')).not.toBe(notificationId(1, 'r', 'ab'));
  });

  it('sorts by time, between the first and the last key of its millisecond', () => {
    fc.assert(
      fc.property(time, time, text, (first, second, request) => {
        const id = notificationId(first, request, 'u');
        expect(firstKeyAt(first) <= id && id <= momentKey(first)).toBe(true);
        if (first < second) expect(momentKey(first) < firstKeyAt(second)).toBe(true);
      }),
    );
  });
});
