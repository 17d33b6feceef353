// AWS addresses of this stack become local ones; everything else stays.
import { expect, it } from 'vitest';
import { localUrls } from '../../../local/template/local-urls.ts';

const rewrite = localUrls({
  httpApiIds: ['httpapi123'],
  webSocketApiIds: ['sockets123'],
  httpBaseUrl: 'http://127.0.0.1:4280',
  wsBaseUrl: 'ws://127.0.0.1:4280',
  awsBaseUrl: 'http://127.0.0.1:4566',
});
const api = (id: string) => `${id}.execute-api.us-east-1.amazonaws.com`;

it.each([
  [`https://${api('httpapi123')}`, 'http://127.0.0.1:4280'],
  [`https://${api('httpapi123')}/`, 'http://127.0.0.1:4280/'],
  [`https://${api('httpapi123')}/beta/api/v2`, 'http://127.0.0.1:4280/beta/api/v2'],
  [`wss://${api('sockets123')}/prod`, 'ws://127.0.0.1:4280/prod'],
  [`https://${api('sockets123')}/prod`, 'http://127.0.0.1:4566/prod'],
  ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123xyz', 'http://127.0.0.1:4280/us-east-1_AbC123xyz'],
  [
    `{"a":"wss://${api('sockets123')}/prod","b":"https://${api('httpapi123')}"}`,
    '{"a":"ws://127.0.0.1:4280/prod","b":"http://127.0.0.1:4280"}',
  ],
])('%s → %s', (value, expected) => expect(rewrite(value)).toBe(expected));

it.each([
  `https://${api('otherapi12')}/prod`,
  `wss://${api('httpapi123')}/prod`,
  `https://${api('httpapi123')}.evil.example`,
  'arn:aws:execute-api:us-east-1:000000000000:sockets123/prod/POST/@connections/*',
  'cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123xyz',
  'https://cognito-idp.us-east-1.amazonaws.com/',
  'events.amazonaws.com',
  'plain',
])('%s stays', (value) => expect(rewrite(value)).toBe(value));
