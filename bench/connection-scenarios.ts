// Sockets that open, and sockets that stay open without anything to say.
import type { BenchStack } from './bench-stack.ts';
import type { Scenario } from './scenario.ts';

/** A user each: one user's tickets are limited. */
const userOf = (index: number): string => `visitor-${index}`;

export const CONNECTION_SCENARIOS: Scenario[] = [
  {
    name: 'connect with a ticket',
    of: 'connects',
    perSecond: 1,
    mostDollars: 4.6,
    prepare: introduceUsers,
    async run(stack, connects) {
      for (let index = 0; index < connects; index++) await stack.connect(userOf(index));
    },
    budget: { dynamodb_wru: 6, dynamodb_rru: 4, lambda_requests: 3, http_api_requests: 1 },
  },
  {
    name: 'connect with a token',
    of: 'connects',
    perSecond: 1,
    prepare: introduceUsers,
    async run(stack, connects) {
      for (let index = 0; index < connects; index++) await stack.connectByToken(userOf(index));
    },
    budget: { dynamodb_wru: 3, dynamodb_rru: 3, lambda_requests: 2, http_api_requests: 0 },
  },
  {
    name: 'disconnect',
    of: 'disconnects',
    perSecond: 1,
    prepare: async (stack, connects) => {
      for (let index = 0; index < connects; index++) await stack.connect(userOf(index));
    },
    run: (stack) => stack.closeSockets(),
    budget: { dynamodb_wru: 4, lambda_requests: 1 },
  },
  {
    name: 'ping and pong',
    of: 'pings',
    perSecond: 1,
    prepare: async (stack) => stack.connect(userOf(0)),
    async run(stack, pings) {
      for (let index = 0; index < pings; index++) {
        stack.ping();
        await stack.framesArrived('pong', index + 1);
      }
    },
    budget: { websocket_messages: 2, lambda_requests: 0 },
  },
];

/** Everyone has been there before: a user's first connect costs a write more, once. */
async function introduceUsers(stack: BenchStack, connects: number): Promise<void> {
  for (let index = 0; index < connects; index++) await stack.connect(userOf(index));
  await stack.closeSockets();
}
