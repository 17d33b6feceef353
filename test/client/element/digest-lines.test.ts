// @vitest-environment happy-dom
// What the bell shows of a digest.
import { render } from 'lit/html.js';
import { expect, it, vi } from 'vitest';
import type { Notification } from '../../../client/core/notifications-client.ts';
import { digestCount, digestLines, digestOf } from '../../../client/element/digest-lines.ts';

const items = Array.from({ length: 10 }, (_, at) => ({ title: `Comment ${at}`, url: `https://x.test/${at}` }));
const of = (digest: unknown) => ({ id: 'a', payload: { digest } }) as unknown as Notification;

function drawn(digest: unknown) {
  const opened = vi.fn();
  const host = document.createElement('div');
  const view = { act: { opened } } as never;
  render([digestCount(of(digest)), digestLines(of(digest), view, 0)], host);
  return { host, opened };
}

it('shows the count, the newest three with their links, and how many more there are', () => {
  const { host, opened } = drawn({ count: 14, items });
  expect(host.querySelector('.count')?.textContent).toBe('14');
  const lines = [...host.querySelectorAll('li')].map((line) => line.textContent?.trim());
  expect(lines).toEqual(['Comment 0', 'Comment 1', 'Comment 2', '+11']);
  const link = host.querySelector('a')!;
  expect(link.href).toBe('https://x.test/0');
  link.addEventListener('click', (event) => event.preventDefault());
  link.click();
  expect(opened).toHaveBeenCalledWith(of({ count: 14, items }));
});

it('makes no link of a scheme that is not safe', () => {
  const { host } = drawn({ count: 2, items: [{ title: 'One', url: 'javascript:alert(1)' }, { title: 'Two' }] });
  expect(host.querySelector('a')).toBeNull();
  expect(host.querySelectorAll('li')).toHaveLength(2);
});

it('shows nothing more for one alone, and for what a producer calls digest', () => {
  expect(drawn({ count: 1, items: items.slice(0, 1) }).host.textContent).toBe('');
  for (const other of [undefined, null, 'text', 7, { count: '3', items: [] }, { count: 3 }])
    expect(digestOf(of(other))).toBeUndefined();
  expect(digestOf(of({ count: 3, items: [null, 'x', { title: 'One' }] }))?.lines).toEqual([{ title: 'One' }]);
});
