// Tokens by what they say of themselves, and whether they open a socket and the HTTP API; both must agree on each.
import type { TokenOptions } from './token-source.ts';

const ID_TOKEN = { token_use: 'id' };
const UNTYPED = { without: ['token_use'] };

export interface TypedToken extends TokenOptions {
  opens: boolean;
}

/** `client` is an accepted audience; `now` the time in seconds. */
export function typedTokens(client: string, now: number): Record<string, TypedToken> {
  const refused = (options: TokenOptions): TypedToken => ({ ...options, opens: false });
  const accepted = (options: TokenOptions): TypedToken => ({ ...options, opens: true });
  const claimed = (claims: Record<string, unknown>) => refused({ claims });
  const byAudience = (aud: unknown) => claimed({ aud });
  const byClient = (client_id: unknown) => claimed({ client_id });
  return {
    'an access token of Cognito': accepted({}),
    'an access token of RFC 9068': accepted({ header: { typ: 'at+jwt' }, ...UNTYPED }),
    'an access token of RFC 9068, in capitals': accepted({ header: { typ: 'Application/AT+JWT' }, ...UNTYPED }),
    'an access token of Keycloak': accepted({ claims: { typ: 'Bearer' }, ...UNTYPED }),
    'an access token without a type in its header': accepted({ without: ['typ'] }),
    'for several audiences': accepted({ claims: { aud: ['another', client] }, without: ['client_id'] }),
    'without the time it was issued at': accepted({ without: ['iat'] }),
    'valid for some time already': accepted({ claims: { nbf: now - 60 } }),
    'with topics and an organisation of the wrong type': accepted({ claims: { topics: 'chat:1', org_id: 7 } }),
    'an ID token of Cognito': claimed(ID_TOKEN),
    'an ID token of Cognito for an audience': claimed({ ...ID_TOKEN, aud: client }),
    'an ID token of Keycloak': refused({ claims: { typ: 'ID' }, ...UNTYPED }),
    'a refresh token of Keycloak': refused({ claims: { typ: 'Refresh' }, ...UNTYPED }),
    'a token without a type': refused(UNTYPED),
    'an ID token without a type': refused({ claims: { nonce: 'n', at_hash: 'h' }, ...UNTYPED }),
    'of a type in capitals': claimed({ token_use: 'ACCESS' }),
    'of a type in a list': claimed({ token_use: ['access'] }),
    'of the type null': claimed({ token_use: null }),
    'a logout token': refused({ header: { typ: 'logout+jwt' } }),
    'a proof of possession': refused({ header: { typ: 'dpop+jwt' } }),
    'of a type that is a number': refused({ header: { typ: 7 } }),
    'bound to a key': claimed({ cnf: { jkt: 'thumbprint' } }),
    'of no key': refused({ without: ['kid'] }),
    'of a key that is a number': refused({ header: { kid: 1 } }),
    'issued in the future': claimed({ iat: now + 600 }),
    'issued at a time in text': claimed({ iat: String(now) }),
    'issued at null': claimed({ iat: null }),
    'not valid yet': claimed({ nbf: now + 600 }),
    'valid from a time in text': claimed({ nbf: String(now) }),
    'for the audience null': byAudience(null),
    'for an empty list of audiences': byAudience([]),
    'for an empty audience': byAudience(''),
    'for an audience that contains ours': byAudience(`${client}-2`),
    'for an audience that ours contains': byAudience(client.slice(0, -1)),
    'for our audience and another in one text': byAudience(`${client},another`),
    'for an audience in a list in a list': byAudience([[client]]),
    'for an audience that is an object': byAudience({ [client]: true }),
    'for a list of clients': byClient([client]),
    'for an empty client': byClient(''),
    'for a client that contains ours': byClient(`my-${client}`),
    'whose subject is a number': claimed({ sub: 42 }),
    'whose subject is true': claimed({ sub: true }),
    'whose subject is a list': claimed({ sub: ['alice'] }),
    'whose subject is an object': claimed({ sub: { id: 'alice' } }),
    'whose subject has a zero-width character': claimed({ sub: 'ali\u200bce' }),
    'whose subject reverses the text': claimed({ sub: 'ali\u202ece' }),
    'that ends after the year 9999': claimed({ exp: 9e15 }),
    'that ends beyond all dates': claimed({ exp: 1e300 }),
    'that ends at a time in text': claimed({ exp: String(now + 600) }),
    'that ended before 1970': claimed({ exp: -1 }),
    'of a list of issuers': claimed({ iss: ['https://issuer.example.com'] }),
  };
}
