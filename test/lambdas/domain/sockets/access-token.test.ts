// Who a verified token identifies, and who is an administrator by it.
import { describe, expect, it } from 'vitest';
import { identityOf, isAdministrator } from '../../../../lambdas/domain/sockets/access-token.ts';

const NOW_SECONDS = 1_800_000_000;
const HEADER = { alg: 'RS256', kid: 'key' };
const CLAIMS = { sub: 'alice', token_use: 'access', exp: NOW_SECONDS + 60 };
const identity = (claims: object, acceptsUntyped = false, header: object = HEADER) =>
  identityOf({ header: { ...header }, claims: { ...CLAIMS, ...claims } }, { acceptsUntyped }, NOW_SECONDS * 1_000);

describe('identityOf', () => {
  it('names the user, the organisation, the topics, the end and the issue of the token', () => {
    expect(identity({ org_id: 'acme', topics: ['chat:1', 'wal:bob', 7], iat: NOW_SECONDS })).toEqual({
      user_id: 'alice',
      org_id: 'acme',
      topics: ['chat:1'],
      issued_at: '2027-01-15T08:00:00.000Z',
      expires_at: '2027-01-15T08:01:00.000Z',
    });
    expect(identity({ org_id: 'a b', topics: 'chat:1' })).toEqual({
      user_id: 'alice',
      topics: [],
      expires_at: '2027-01-15T08:01:00.000Z',
    });
  });

  it('refuses a token in the second it ends, and accepts one in the second it is issued', () => {
    expect(identity({ exp: NOW_SECONDS })).toBeUndefined();
    expect(identity({ exp: NOW_SECONDS + 1 })).toBeDefined();
    expect(identity({ iat: NOW_SECONDS })).toBeDefined();
    expect(identity({ iat: NOW_SECONDS + 1 })).toBeUndefined();
  });

  it.each([['nonce'], ['at_hash'], ['c_hash'], ['cnf']])('refuses a token without a type that has %s', (claim) => {
    const without = { token_use: undefined };
    expect(identity(without)).toBeUndefined();
    expect(identity(without, true)).toBeDefined();
    expect(identity({ ...without, [claim]: 'x' }, true)).toBeUndefined();
  });

  it('refuses a token that names another type, where those without one are accepted too', () => {
    expect(identity({ token_use: 'id' }, true)).toBeUndefined();
    expect(identity({ token_use: undefined, typ: 'Refresh' }, true)).toBeUndefined();
    expect(identity({}, true, { ...HEADER, typ: 'logout+jwt' })).toBeUndefined();
  });
});

describe('isAdministrator', () => {
  it.each([
    { scope: 'carillon/admin' },
    { scope: 'openid admin' },
    { scp: ['openid', 'admin'] },
    { scp: 'openid admin' },
    { 'cognito:groups': ['a', 'carillon-admin'] },
  ])('is true for %j', (claims) => {
    expect(isAdministrator(claims)).toBe(true);
  });

  it.each([
    {},
    { scope: '' },
    { scope: 'administrator' },
    { scope: 'my-admin' },
    { scope: '[admin]' },
    { scope: '[carillon/admin openid]' },
    { scope: 'openid,admin' },
    { scope: 'openid\tadmin' },
    { scope: 'openid\nadmin' },
    { scope: ['openid admin'] },
    { scope: { admin: true } },
    { scope: 'carillon-admin' },
    { 'cognito:groups': ['admin', 'carillon/admin', 'carillon-administrators', ['carillon-admin']] },
    { 'cognito:groups': 'carillon-admin' },
    { 'cognito:groups': '[carillon-admin]' },
    { groups: ['carillon-admin'] },
  ])('is false for %j', (claims) => {
    expect(isAdministrator(claims)).toBe(false);
  });
});
