// URLs of payloads: what may become a link, and what may not.
import { expect, it } from 'vitest';
import { safeUrl } from '../../client/core/safe-url.ts';

it.each(['https://example.com/a?b#c', 'http://example.com/', 'mailto:alice@example.com', 'tel:+3120'])(
  'allows %s',
  (url) => {
    expect(safeUrl(url)).toBe(url);
  },
);

it.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0000javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'blob:https://example.com/1',
  'file:///etc/passwd',
  'https://',
  '',
  7,
  null,
  undefined,
  { toString: () => 'https://example.com/' },
])('refuses %j', (url) => {
  expect(safeUrl(url)).toBeUndefined();
});

it('takes other schemes where the page names them', () => {
  expect(safeUrl('myapp://open/1', ['myapp:'])).toBe('myapp://open/1');
  expect(safeUrl('https://example.com/', ['myapp:'])).toBeUndefined();
});
