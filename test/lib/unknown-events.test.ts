// What no rule of the bus takes is taken by one, and nothing else is; mappings reach whom they name, and nobody else.
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../lib/domain-event.ts';
import { NotificationService } from '../../lib/notification-service.ts';
import { KnownEvents } from '../../lib/unknown-events.ts';
import { compilePattern } from '../../local/events/pattern.ts';

const isUnknown = (known: KnownEvents, type: string, source = 'shop') =>
  compilePattern(known.unknownPattern())({ 'detail-type': type, source, detail: {} });

describe('an event is unknown', () => {
  it('when no rule takes its type, or its type from its source', () => {
    const known = new KnownEvents();
    known.add('order.placed', undefined);
    known.add('order.shipped', 'shop');
    known.add('order.shipped', 'depot');
    for (const [type, source, expected] of [
      ['notification.requested', 'shop', false],
      ['notification.request', 'shop', true],
      ['Notification.Requested', 'shop', true],
      ['order.placed', 'anybody', false],
      ['order.shipped', 'shop', false],
      ['order.shipped', 'depot', false],
      ['order.shipped', 'stranger', true],
      ['', 'shop', true],
    ] as const) {
      expect([type, source, isUnknown(known, type, source)]).toEqual([type, source, expected]);
    }
    expect(known.mappedTypes).toEqual(['order.placed', 'order.shipped']);
  });

  it('also with more types than a pattern holds, but for those that begin like a known one', () => {
    const known = new KnownEvents();
    for (let at = 0; at < 100; at++) known.add(`shop.some.long.event.name.${at}`, undefined);
    expect(JSON.stringify(known.unknownPattern()).length).toBeLessThanOrEqual(2_000);
    expect(isUnknown(known, 'shop.some.long.event.name.7')).toBe(false);
    expect(isUnknown(known, 'order.placed')).toBe(true);
    expect(isUnknown(known, 'notification.requested')).toBe(false);
  });
});

describe('a mapping', () => {
  let stack: Stack;
  let service: NotificationService;
  beforeAll(() => {
    stack = new Stack(new App(), 'Shop');
    service = new NotificationService(stack, 'Notifications', { otherDetailTypes: ['audit.written'] });
  });
  let made = 0;
  const notifyOn = (event: Partial<DomainEvent> & Pick<DomainEvent, 'notification'>) =>
    service.notifyOn(`Mapping${made++}`, { detailType: `order.event${made}`, ...event });
  const words = { notification_type: 'order', title: 'T', message: 'M' };

  it('names its source on a bus of others', () => {
    const bus = EventBus.fromEventBusName(stack, 'Other', 'other');
    const notification = { ...words, user_id: '$.detail.user' } as const;
    expect(() => notifyOn({ bus, notification })).toThrow(/name the source of order\.event/);
    expect(() => notifyOn({ bus, source: 'shop', notification })).not.toThrow();
    expect(() => service.logOutOn('Logout', { bus, detailType: 'left', userId: '$.detail.id' })).toThrow(/source/);
  });

  it('has exactly one audience', () => {
    expect(() => notifyOn({ notification: { ...words, everyone: true, user_id: '$.detail.user' } })).toThrow(/exactly/);
    expect(() => notifyOn({ notification: words })).toThrow(/exactly one/);
  });

  it('reaches everyone only when it says so, sends an empty payload, and is no unknown event', () => {
    notifyOn({ detailType: 'sale.started', notification: { ...words, everyone: true } });
    notifyOn({ detailType: 'sale.won', notification: { ...words, user_id: '$.detail.user' } });
    const rules = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    const templateOf = (detailType: string): string =>
      rules.find(({ Properties }) => Properties.EventPattern['detail-type']?.[0] === detailType)!.Properties.Targets[0]
        .InputTransformer.InputTemplate;
    expect(templateOf('sale.started')).toContain('"may_reach_everyone":true');
    expect(templateOf('sale.won')).toContain('"may_reach_everyone":false');
    expect(templateOf('sale.won')).toContain('"payload":{}');
    const patterns = rules.map(({ Properties }) => JSON.stringify(Properties.EventPattern));
    const unknown = patterns.find((pattern) => pattern.includes('anything-but'));
    for (const type of ['sale.started', 'sale.won', 'audit.written']) expect(unknown).toContain(`"${type}"`);
  });
});
