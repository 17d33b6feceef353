// Everything `authorize` may reach, built once per container.
import type { InboxRules } from '../protocol/inbox-rules.ts';
import { openTable } from './aws/clients.ts';
import { tickets } from './aws/sockets/tickets.ts';
import { tokens } from './aws/sockets/tokens.ts';
import { readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type AuthorizeDeps = ReturnType<typeof authorizeDeps>;

export function authorizeDeps(base: BaseDeps) {
  const env = readEnvironment(
    'TABLE_NAME',
    'ISSUER',
    'AUDIENCE',
    'ACCEPT_UNTYPED_TOKENS',
    'ACCEPT_TOKENS_IN_URLS',
    'ALLOWED_ORIGINS',
    'INBOX_RULES',
  );
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    tickets: tickets(table),
    tokens: tokens(
      { issuer: env.ISSUER, audiences: env.AUDIENCE.split(','), acceptsUntyped: env.ACCEPT_UNTYPED_TOKENS === 'true' },
      base.clock,
    ),
    acceptsTokensInUrls: env.ACCEPT_TOKENS_IN_URLS === 'true',
    inboxRules: JSON.parse(env.INBOX_RULES) as InboxRules,
    allowedOrigins: env.ALLOWED_ORIGINS.split(',').filter(Boolean),
  };
}
