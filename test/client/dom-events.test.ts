// @vitest-environment happy-dom
// DOM events for pages that listen: htmx refreshes what waits for `sync_notify`.
import { describe, expect, it } from 'vitest';
import { dispatchDomEvents } from '../../client/core/dom-events.ts';
import { SECOND, setup } from './setup.ts';

describe('dispatchDomEvents', () => {
  it('dispatches what happens, and sync_notify when the list or the count changed', async () => {
    const { server, clock, client, online } = setup();
    const seen: string[] = [];
    const names = ['notification:received', 'notifications:changed', 'notifications:connection', 'notifications:event'];
    const listen = (event: Event) => seen.push(event.type);
    for (const name of [...names, 'sync_notify']) document.addEventListener(name, listen);
    const end = dispatchDomEvents(client);
    await online();
    expect(seen).toContain('notifications:connection');
    expect(seen).not.toContain('sync_notify');
    seen.length = 0;
    server.add();
    await clock.advance(SECOND);
    expect(seen).toEqual(['notifications:changed', 'sync_notify', 'notification:received']);
    seen.length = 0;
    server.post({ type: 'event', topic: 'wal:alice', event_type: 'changed', payload: {} });
    await clock.advance(SECOND);
    expect(seen).toEqual(['notifications:event']);
    end();
    server.add();
    await clock.advance(SECOND);
    expect(seen).toHaveLength(1);
  });

  it('takes another target and another name', async () => {
    const { server, clock, client, online } = setup();
    await online();
    const target = new EventTarget();
    const details: unknown[] = [];
    target.addEventListener('refresh', (event) => details.push((event as CustomEvent).detail));
    dispatchDomEvents(client, { target, refreshEvent: 'refresh' });
    server.add();
    await clock.advance(SECOND);
    expect(details).toEqual([{ unreadCount: 1 }]);
  });
});
