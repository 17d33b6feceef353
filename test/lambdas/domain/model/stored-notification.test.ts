// What a producer writes reaches the reader: no field of a request is dropped when it is stored.
import { describe, expect, it } from 'vitest';
import { newNotification, toNotification } from '../../../../lambdas/domain/model/stored-notification.ts';
import { notificationSchema } from '../../../../protocol/notification.ts';
import { type NotificationRequest, requestSchema } from '../../../../protocol/request.ts';

/** Fields that say to whom and how a notification goes; the notification itself does not have them. */
const OF_THE_REQUEST = [
  'id',
  'user_id',
  'user_ids',
  'org_id',
  'topic',
  'store',
  'rollout',
  'claim',
  'digest',
  'deliver_when',
];

/** Every field with a value that is not its default. */
const REQUEST: NotificationRequest = {
  id: 'order-7',
  user_id: 'alice',
  title: 'Your order is on its way',
  message: 'It arrives tomorrow.',
  notification_type: 'order.shipped',
  priority: 'high',
  payload: { url: '/orders/7' },
  deliver_at: '2026-11-22T07:00:00.000Z',
  expires_at: '2026-11-29T07:00:00.000Z',
  requires_ack: true,
  store: true,
};
const ID = '019aa000-0000-7000-8000-000000000000';
const ACCEPTED_AT_MS = Date.parse('2026-11-21T07:00:00.000Z');

const fields = Object.keys(requestSchema.in.shape).filter((field) => !OF_THE_REQUEST.includes(field));

describe('a stored notification', () => {
  const notification: Record<string, unknown> = toNotification(
    newNotification(ID, REQUEST, ACCEPTED_AT_MS, undefined),
    'alice',
    [],
  );

  it.each(fields)('has the %s of its request', (field) => {
    const value = REQUEST[field as keyof NotificationRequest];
    expect(value, `REQUEST needs a value for ${field}`).toBeDefined();
    expect(notification[field]).toEqual(value);
  });

  it('has exactly the fields of the protocol', () => {
    const stored = newNotification(ID, REQUEST, ACCEPTED_AT_MS, undefined);
    const whole = toNotification({ ...stored, snoozed_until: '', claim_id: ID, claim_seconds: 60 }, 'alice acme', []);
    expect(Object.keys(whole).sort()).toEqual(Object.keys(notificationSchema.shape).sort());
  });

  it('has the user, and the time of the request', () => {
    expect(notification).toMatchObject({ id: ID, user_id: 'alice', requested_at: '2026-11-21T07:00:00.000Z' });
  });
});
