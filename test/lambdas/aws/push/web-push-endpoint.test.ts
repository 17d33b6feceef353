// Which URLs of callers are pushed to: those of public hosts, by https.
import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { endpointProblem, publicLookup } from '../../../../lambdas/aws/push/web-push-endpoint.ts';

describe('an endpoint', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
    'https://web.push.apple.com/QK3',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d',
    'https://push.example.com:443/a',
  ])('of a push service is accepted: %s', (endpoint) => expect(endpointProblem(endpoint, undefined)).toBeUndefined());

  it.each([
    ['http://fcm.googleapis.com/a', 'must be an https URL'],
    ['http://127.0.0.1:4566/web-push/a', 'must be an https URL'],
    ['ftp://fcm.googleapis.com/a', 'must be an https URL'],
    ['https://', 'is no URL'],
    ['https://user@push.example.com/a', 'must not hold a user name or password'],
    ['https://push.example.com:8443/a', 'must use the port 443'],
    ['https://127.0.0.1/a', 'must name its host, not an address'],
    ['https://0x7f.1/a', 'must name its host, not an address'],
    ['https://2130706433/a', 'must name its host, not an address'],
    ['https://169.254.169.254/latest', 'must name its host, not an address'],
    ['https://[::1]/a', 'must name its host, not an address'],
    ['https://[::ffff:10.0.0.1]/a', 'must name its host, not an address'],
    ['https://8.8.8.8/a', 'must name its host, not an address'],
    ['https://localhost/a', 'must be at a public host'],
    ['https://api.localhost/a', 'must be at a public host'],
    ['https://ip-10-0-0-1.ec2.internal/a', 'must be at a public host'],
    ['https://printer.local/a', 'must be at a public host'],
    ['https://intranet/a', 'must be at a public host'],
    ['https://printer.local./a', 'must be at a public host'],
  ])('%s is refused: it %s', (endpoint, problem) => expect(endpointProblem(endpoint, undefined)).toBe(problem));

  it('of the runtime on this machine is accepted where a function runs there, and no other beside it', () => {
    const local = 'http://127.0.0.1:4566';
    expect(endpointProblem(`${local}/web-push/a`, local)).toBeUndefined();
    expect(endpointProblem('http://127.0.0.1:4567/web-push/a', local)).toBe('must be an https URL');
  });
});

describe('the lookup of its host', () => {
  const look = (addresses: string[], all: boolean) => {
    const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    return new Promise<unknown[]>((resolve) => {
      const lookup = publicLookup((_host, _options, done) => done(null, found));
      lookup('push.example.com', { all }, (...given) => resolve(given));
    });
  };

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '::1'],
    ...['::ffff:127.0.0.1', 'fe80::1', 'fd00::1', '64:ff9b::a00:1', '2002:a00:1::', 'ff02::1'],
  ])('refuses a name that leads to %s', async (address) => {
    expect((await look(['8.8.8.8', address], true))[0]).toMatchObject({ name: 'NoPublicAddress' });
    expect((await look([address], false))[0]).toMatchObject({ name: 'NoPublicAddress' });
  });

  it('gives public addresses as Node asks for them: one, or all', async () => {
    const addresses = ['142.250.1.1', '2a00:1450::1'];
    expect(await look(addresses, false)).toEqual([null, '142.250.1.1', 4]);
    expect(await look(addresses, true)).toMatchObject([null, [{ address: '142.250.1.1' }, { family: 6 }]]);
  });
});
