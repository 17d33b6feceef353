// Messages for browsers: encrypted as RFC 8291 says, and never longer than push services take.
import { createECDH } from 'node:crypto';
import { decrypt } from 'http_ece';
import { describe, expect, it } from 'vitest';
import { encrypted, TEXT_MAX_BYTES, webMessageText } from '../../../../lambdas/aws/push/web-push-message.ts';
import type { PushContent } from '../../../../lambdas/domain/push/push-content.ts';

/** https://www.rfc-editor.org/rfc/rfc8291#appendix-A */
const RFC = {
  text: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y' +
    'l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

const keyPair = (privateKey: string) => {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey, 'base64url');
  return ecdh;
};

const content = (more: Partial<PushContent> = {}): PushContent => ({
  notification_id: '01995b1e-7e00-7000-8000-000000000001',
  notification_type: 'system',
  title: 'Title',
  message: 'Message',
  isUrgent: false,
  ttlSeconds: 60,
  ...more,
});

describe('encryption', () => {
  it("makes the message of the RFC's appendix, byte for byte", () => {
    const salt = Buffer.from(RFC.salt, 'base64url');
    const body = encrypted(RFC.text, RFC, { salt, sender: keyPair(RFC.senderPrivate) });
    expect(body.toString('base64url')).toBe(RFC.body);
  });

  it('uses another key and salt for each message, which the receiver can read', () => {
    const bodies = [encrypted(RFC.text, RFC), encrypted(RFC.text, RFC)];
    expect(bodies[0]!.equals(bodies[1]!)).toBe(false);
    const read = (body: Buffer) => {
      const privateKey = keyPair(RFC.receiverPrivate);
      return decrypt(body, { version: 'aes128gcm', privateKey, authSecret: RFC.auth }).toString();
    };
    expect(bodies.map(read)).toEqual([RFC.text, RFC.text]);
  });

  it('of the longest text gives exactly what push services must take', () => {
    expect(encrypted('x'.repeat(TEXT_MAX_BYTES), RFC)).toHaveLength(4096);
  });
});

describe('the text', () => {
  it('has what the service worker shows and opens', () => {
    const all = content({ badge: 3, url: '/orders/1', isUrgent: true, payload: { order: 1 } });
    expect(JSON.parse(webMessageText(all))).toEqual({
      notification_id: all.notification_id,
      notification_type: 'system',
      title: 'Title',
      message: 'Message',
      unread_count: 3,
      url: '/orders/1',
      is_urgent: true,
      payload: { order: 1 },
    });
  });

  it.each(['m', '€', '𝄞', '"'])('of any length and of %s fits', (character) => {
    for (const length of [900, 1_300, 4_000, 50_000]) {
      const text = webMessageText(content({ message: character.repeat(length), payload: { a: 'b'.repeat(500) } }));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEXT_MAX_BYTES);
      expect(JSON.parse(text).message).not.toMatch(/\uFFFD|[\uD800-\uDBFF]…$/);
    }
  });
});
