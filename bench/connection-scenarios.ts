// Sockets that open, catch up, wait and close; and the list of an inbox.
import { setTimeout } from 'node:timers/promises';
import type { BenchStack } from './bench-stack.ts';
import { requestTo } from './requests.ts';
import type { Scenario } from './scenario.ts';

const LISTED = 10;

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
    budget: { dynamodb_wru: 4, dynamodb_rru: 3, lambda_requests: 3, http_api_requests: 1 },
  },
  {
    name: 'connect with a token',
    of: 'connects',
    perSecond: 1,
    prepare: introduceUsers,
    async run(stack, connects) {
      for (let index = 0; index < connects; index++) await stack.connectByToken(userOf(index));
    },
    budget: { dynamodb_wru: 2, dynamodb_rru: 2, lambda_requests: 2, http_api_requests: 0 },
  },
  {
    name: 'disconnect',
    of: 'disconnects',
    perSecond: 1,
    prepare: async (stack, connects) => {
      for (let index = 0; index < connects; index++) await stack.connect(userOf(index));
    },
    run: (stack) => stack.closeSockets(),
    budget: { dynamodb_wru: 3, lambda_requests: 1 },
  },
  {
    name: 'ping and pong',
    of: 'pings',
    perSecond: 1,
    prepare: async (stack) => stack.connect(userOf(0)),
    async run(stack, pings) {
      for (let index = 0; index < pings; index++) {
        stack.send(0, { action: 'ping' });
        await stack.framesArrived('pong', index + 1);
      }
    },
    budget: { websocket_messages: 2, lambda_requests: 0 },
  },
  {
    name: 'keep-alive',
    of: 'keep-alives',
    perSecond: 1,
    prepare: async (stack) => stack.connect(userOf(0)),
    async run(stack, keepAlives) {
      for (let index = 0; index < keepAlives; index++) stack.send(0, { action: 'keep_alive' });
      await messagesArrived(stack, keepAlives);
    },
    budget: { websocket_messages: 1, lambda_requests: 0, data_out_gb: 0 },
  },
  {
    name: 'sync after a connect',
    of: 'syncs',
    perSecond: 1,
    prepare: async (stack, syncs) => {
      for (let index = 0; index < syncs; index++) await stack.connect(userOf(index));
    },
    async run(stack, syncs) {
      for (let index = 0; index < syncs; index++) {
        stack.send(index, { action: 'sync' });
        await stack.framesArrived('synced', index + 1);
      }
    },
    budget: { websocket_messages: 2, lambda_requests: 1, dynamodb_wru: 1, dynamodb_rru: 4 },
  },
  {
    name: 'list of ten notifications',
    of: 'requests',
    perSecond: 1,
    prepare: async (stack) => {
      await stack.connect(userOf(0));
      for (let index = 0; index < LISTED; index++) await stack.put(requestTo(userOf(0), index));
      await stack.framesArrived('notification', LISTED);
    },
    async run(stack, requests) {
      for (let index = 0; index < requests; index++) await stack.rest(userOf(0), 'GET', '/api/v2/notifications');
    },
    budget: { http_api_requests: 1, lambda_requests: 1, dynamodb_wru: 1, dynamodb_rru: 10 },
  },
  {
    name: 'mark all as seen',
    of: 'requests',
    perSecond: 1,
    prepare: async (stack, requests) => {
      for (let index = 0; index < requests; index++) await stack.connect(userOf(index));
    },
    async run(stack, requests) {
      for (let index = 0; index < requests; index++)
        await stack.rest(userOf(index), 'PUT', '/api/v2/notifications/mark-all-seen');
    },
    budget: { http_api_requests: 1, lambda_requests: 1, dynamodb_wru: 2, dynamodb_rru: 14, websocket_messages: 1 },
  },
];

/** Everyone has been there before: a user's first connect costs a write more, once. */
async function introduceUsers(stack: BenchStack, connects: number): Promise<void> {
  for (let index = 0; index < connects; index++) await stack.connect(userOf(index));
  await stack.closeSockets();
}

/** Our choice: one that nobody answers is looked for this often, 20 ms apart. */
const LOOKS_MAX = 500;

/** At the gateway. Rejects when they don't. */
async function messagesArrived(stack: BenchStack, count: number): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    if ((await stack.meter()).units.websocket_messages >= count) return;
    await setTimeout(20);
  }
  throw new Error(`Not all of ${count} messages arrived.`);
}
