import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushAttributes, pushMessage } from '../../../../lambdas/aws/push/push-payload.ts';
import { withdrawalAttributes, withdrawalMessage } from '../../../../lambdas/aws/push/withdrawal-payload.ts';
import type { PushContent } from '../../../../lambdas/domain/push/push-content.ts';

const content: PushContent = {
  notification_id: '019aa5b2-7c00-7d3e-9a51-2f0c8b6f4e21',
  notification_type: 'system',
  title: 'Title',
  message: 'Message',
  isUrgent: false,
  ttlSeconds: 60,
};
const platforms = ['fcm', 'apns', 'apns_sandbox'] as const;

const parts = (given: PushContent): any[] => {
  const { GCM, APNS, APNS_SANDBOX } = JSON.parse(pushMessage(given, platforms));
  return [JSON.parse(GCM).fcmV1Message.message, JSON.parse(APNS), JSON.parse(APNS_SANDBOX)];
};

describe('a push', () => {
  it('has an entry for each platform, as text, and a default for topics', () => {
    const message = JSON.parse(pushMessage({ ...content, badge: 3 }, platforms));
    expect(Object.keys(message).sort()).toEqual(['APNS', 'APNS_SANDBOX', 'GCM', 'default']);
    expect(Object.values(message).every((entry) => typeof entry === 'string')).toBe(true);
    const [fcm, apns] = parts({ ...content, badge: 3 });
    expect(fcm.android).toEqual({
      priority: 'normal',
      ttl: '60s',
      notification: { tag: content.notification_id, notification_count: 3 },
    });
    expect(apns.aps.badge).toBe(3);
    expect(parts(content)[1].aps).not.toHaveProperty('badge');
  });

  it('names only the attributes of the platforms it goes to', () => {
    expect(Object.keys(pushAttributes(content, ['fcm']))).toEqual(['AWS.SNS.MOBILE.FCM.TTL']);
    expect(pushAttributes({ ...content, isUrgent: true }, ['apns_sandbox'])).toMatchObject({
      'AWS.SNS.MOBILE.APNS_SANDBOX.TTL': { DataType: 'String', StringValue: '60' },
      'AWS.SNS.MOBILE.APNS.PRIORITY': { StringValue: '10' },
    });
  });

  it('always fits, keeps its id and link, and never cuts a character in two', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6_000 });
    fc.assert(
      fc.property(text, fc.string({ maxLength: 255 }), fc.string({ maxLength: 6_000 }), (message, title, padding) => {
        const whole = { ...content, message, title, url: 'app://a', payload: { padding }, badge: 1000 };
        for (const part of parts(whole)) {
          expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(4096);
          expect(part.data?.notification_id ?? part.notification_id).toBe(content.notification_id);
          expect(part.data?.url ?? part.url).toBe('app://a');
          const shown: string = part.notification?.body ?? part.aps.alert.body;
          if (shown !== message) expect(message.startsWith(shown.slice(0, -1))).toBe(true);
          const next = message.codePointAt(shown.length - 1) ?? 0;
          if (shown !== message && /[\uD800-\uDBFF]$/.test(shown.slice(0, -1))) expect(next).toBeLessThan(0xdc00);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a withdrawal', () => {
  const withdrawal = { notification_id: content.notification_id, unread_count: 2 };

  it('shows nothing, and names what the app is to take back', () => {
    const message = JSON.parse(JSON.parse(withdrawalMessage(withdrawal, 'fcm')).GCM).fcmV1Message.message;
    expect(message).not.toHaveProperty('notification');
    expect(message.data).toEqual({ withdrawn: 'true', notification_id: content.notification_id, unread_count: '2' });
    const apns = JSON.parse(JSON.parse(withdrawalMessage({ up_to: 'id', unread_count: 0 }, 'apns')).APNS);
    expect(apns).toEqual({ aps: { 'content-available': 1 }, withdrawn: 'true', up_to: 'id', unread_count: 0 });
  });

  it('has the collapse id of the push that it follows', () => {
    const id = ({ 'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': collapse }: Record<string, { StringValue: string }>) =>
      collapse?.StringValue;
    expect(id(withdrawalAttributes(withdrawal, 'apns'))).toBe(id(pushAttributes(content, ['apns'])));
    expect(id(withdrawalAttributes({ up_to: 'id', unread_count: 0 }, 'apns'))).toBeUndefined();
    expect(Object.keys(withdrawalAttributes(withdrawal, 'fcm'))).toEqual(['AWS.SNS.MOBILE.FCM.TTL']);
  });
});
