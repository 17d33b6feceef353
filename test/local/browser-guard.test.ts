// How the runtime knows a page's request by its headers.
// https://fetch.spec.whatwg.org/#forbidden-request-header
import { describe, expect, it } from 'vitest';
import { foreignPageRefusal, hostRefusal, loopbackOrigin, pageRefusal } from '../../local/browser-guard.ts';

describe('the host of a request', () => {
  it.each(['127.0.0.1', '127.0.0.1:4280', 'localhost:4280', 'LOCALHOST', '[::1]:4280'])(
    '%s is this machine',
    (host) => {
      expect(hostRefusal({ host })).toBeUndefined();
    },
  );

  it.each([
    'evil.example',
    'evil.example:4280',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.localhost',
    'localhost.',
    'localhost.:4280',
    '127.0.0.1, evil.example',
    'evil.example@127.0.0.1:4280',
    '127.0.0.1:4280:80',
    '127.0.0.1:evil',
    '[::ffff:127.0.0.1]',
    '::1',
    '0.0.0.0',
    '0x7f.1',
    '2130706433',
    ':4280',
    '',
  ])('"%s" is refused', (host) => {
    expect(hostRefusal({ host })).toContain('answers only requests to 127.0.0.1');
  });

  it('is refused where there is none', () => {
    expect(hostRefusal({})).toBeDefined();
  });
});

describe('a request to the AWS port', () => {
  it.each([
    'curl/8.5.0',
    'aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux',
    'Boto3/1.34.0 md/Botocore#1.34.0',
    'aws-sdk-js/3.600.0 ua/2.0 os/linux lang/js md/nodejs#20.19.0',
  ])('of %s is accepted', (agent) => {
    expect(pageRefusal({ 'user-agent': agent })).toBeUndefined();
  });

  it('of fetch of Node.js is accepted', () => {
    expect(pageRefusal({ 'user-agent': 'node', 'sec-fetch-mode': 'cors' })).toBeUndefined();
  });

  // Safari sends Sec-Fetch-* since 16.4; before, an image with a signed URL had neither of the two marks.
  it.each<[string, Record<string, string>]>([
    ['a browser without Sec-Fetch headers', { 'user-agent': 'Mozilla/5.0 (Macintosh) AppleWebKit/605 Safari/605' }],
    ['a page with an origin', { origin: 'http://127.0.0.1:4280' }],
    ['a page without one', { 'sec-fetch-site': 'same-origin', 'user-agent': 'node' }],
    ['an address that was typed', { 'sec-fetch-site': 'none', 'user-agent': 'Mozilla/5.0' }],
  ])('of %s is refused', (_, headers) => {
    expect(pageRefusal(headers)).toContain('Web pages may not use this endpoint');
  });
});

describe('a page of another origin', () => {
  const host = '127.0.0.1:4280';
  it.each<[string, Record<string, string>]>([
    ['no page', {}],
    ['the console', { origin: 'http://127.0.0.1:4280', 'sec-fetch-site': 'same-origin' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
  ])('is not %s', (_, headers) => {
    expect(foreignPageRefusal({ host, ...headers })).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['another port', { origin: 'http://127.0.0.1:3000' }],
    ['another scheme', { origin: 'https://127.0.0.1:4280' }],
    ['another name of this machine', { origin: 'http://localhost:4280' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['an image', { 'sec-fetch-site': 'cross-site' }],
    ['another port, without an origin', { 'sec-fetch-site': 'same-site' }],
    ['a header that a browser does not send so', { 'sec-fetch-site': 'SAME-ORIGIN' }],
  ])('is %s', (_, headers) => {
    expect(foreignPageRefusal({ host, ...headers })).toContain('Pages of other origins');
  });
});

describe('a page that may sign in', () => {
  it.each(['http://localhost:5173', 'https://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:8080'])(
    '%s is served from this machine',
    (origin) => {
      expect(loopbackOrigin({ origin })).toBe(origin);
    },
  );

  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://localhost.:5173',
    'null',
    'file://localhost',
    'chrome-extension://localhost',
    'app://localhost',
    '',
  ])('"%s" is not', (origin) => {
    expect(loopbackOrigin({ origin })).toBeUndefined();
  });
});
