// What each route of the control API does.

import type { Activity } from './activity.ts';
import type { Calls } from './calls.ts';
import type { Clock } from './clock.ts';
import type { CloudWatch } from './cloudwatch/cloudwatch.ts';
import { type ConsoleParts, consoleRoutes } from './console/console-routes.ts';
import { LocalError, type LocalRoutes } from './control-route.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Faults } from './faults.ts';
import type { RunningFunctions } from './functions/pool.ts';
import { inboxOfConnection } from './history/known-parts.ts';
import { ownerOf } from './history/recording.ts';
import type { Credentials } from './iam/credentials.ts';
import type { Issuer } from './issuer.ts';
import type { Meter } from './meter.ts';
import type { Ignored } from './template/supported.ts';

export interface LocalParts extends ConsoleParts {
  clock: Clock;
  activity: Activity;
  meter: Meter;
  calls: Calls;
  faults: Faults;
  functions: RunningFunctions;
  bus: EventBus;
  issuer: Issuer;
  credentials: Credentials;
  urls: { http: string; aws: string };
  ignored: Ignored[];
  cloudWatch: CloudWatch;
}

const CALLS_SHOWN = 100;

export function localRoutes(parts: LocalParts): { routes: LocalRoutes; outputs: () => Record<string, string> } {
  const {
    stack,
    clock,
    activity,
    meter,
    calls,
    faults,
    functions,
    queues,
    bus,
    sockets,
    scheduler,
    sns,
    issuer,
    credentials,
  } = parts;
  const now = () => ({ now: new Date(clock.now()).toISOString() });
  const outputs = () => ({
    region: stack.region,
    is_local: 'true',
    aws_endpoint_url: parts.urls.aws,
    http_url: parts.urls.http,
    ...snakeCased(stack.outputs),
    ws_url: stack.outputs.WebSocketUrl ?? '',
    aws_access_key_id: credentials.operator.accessKeyId,
    aws_secret_access_key: credentials.operator.secretAccessKey,
  });

  const routes: LocalRoutes = {
    ...consoleRoutes(parts),
    'GET /_local/outputs': outputs,
    'POST /_local/tokens': async ({ body }) => {
      if (typeof body.user_id !== 'string' || body.user_id === '')
        throw new LocalError(400, 'user_id must be a string.');
      return { token: await issuer.token(body) };
    },
    'GET /_local/clock': now,
    'POST /_local/clock': async ({ body }) => {
      const seconds: unknown = body.advance_seconds;
      if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
        throw new LocalError(400, 'advance_seconds must be a number, 0 or more: time only goes forward.');
      }
      await clock.advance(seconds);
      return now();
    },
    /** Waits until nothing is in flight. */
    'POST /_local/settle': async () => {
      await activity.idle();
      return { in_flight: activity.inFlight };
    },
    'GET /_local/connections': () =>
      sockets.connections.list().map((connection) => ({
        id: connection.connectionId,
        user_id: null,
        ...ownerOf(inboxOfConnection(connection)),
        connected_at: new Date(connection.connectedAtMs).toISOString(),
      })),
    'DELETE /_local/connections/': ({ rest }) => {
      if (!sockets.connections.cut(rest)) throw new LocalError(404, `There is no open connection ${rest}.`);
      return { cut: rest };
    },
    'GET /_local/faults': () => faults.list(),
    'POST /_local/faults': ({ body }) => faults.add(body),
    'DELETE /_local/faults': () => {
      faults.clear();
      return [];
    },
    'DELETE /_local/faults/': ({ rest }) => {
      if (!faults.remove(rest)) throw new LocalError(404, `There is no fault ${rest}.`);
      return faults.list();
    },
    'GET /_local/meter': () => {
      sockets.meterMinutes();
      return { ...meter.read(), functions: functions.stats() };
    },
    'POST /_local/meter/reset': () => {
      sockets.meterMinutes();
      meter.reset();
      functions.resetStats();
      return meter.read();
    },
    /** `?allowed=false`: only those that IAM refused. */
    'GET /_local/calls': ({ query }) => {
      const limit = Number(query.get('limit') ?? CALLS_SHOWN);
      if (!Number.isInteger(limit) || limit < 1) throw new LocalError(400, 'limit must be a whole number, at least 1.');
      const allowed = query.get('allowed');
      if (allowed !== null && allowed !== 'false')
        throw new LocalError(400, 'allowed can only be false: the calls that IAM refused.');
      return allowed === 'false' ? calls.denied(limit) : calls.latest(limit);
    },
    'GET /_local/queues': () =>
      queues.all.map((queue) => ({
        name: queue.name,
        url: queue.url,
        messages: queue.peek().map(({ message, state }) => ({ ...message, state })),
      })),
    'GET /_local/chain': () => ({ longest: queues.longestChain }),
    'POST /_local/phones/': ({ rest, body }) => {
      const { enabled, offline } = body;
      if (typeof enabled !== 'boolean' && typeof offline !== 'boolean')
        throw new LocalError(400, 'enabled or offline must be true or false.');
      const isKnown = [sns.phones, parts.pushService].some((phones) =>
        typeof enabled === 'boolean' ? phones.setEnabled(rest, enabled) : phones.setOffline(rest, offline),
      );
      if (!isKnown) throw new LocalError(404, `There is no phone with the token ${rest}.`);
      return [...sns.phones.list(), ...parts.pushService.list()].filter((phone) => phone.token === rest);
    },
    /** As `PushManager.subscribe` does in a browser: what it returns is to be registered by the REST API. */
    'POST /_local/browsers': ({ body }) => {
      const { application_server_key: key, user_id: userId } = body;
      if (typeof key !== 'string' || typeof userId !== 'string')
        throw new LocalError(400, 'application_server_key and user_id must be strings.');
      return parts.pushService.subscribe(key, userId);
    },
    /** The next deliveries of the bus happen twice, as at-least-once delivery allows. */
    'POST /_local/bus': ({ body }) => {
      if (!Number.isInteger(body.duplicate_next) || body.duplicate_next < 0) {
        throw new LocalError(400, 'duplicate_next must be a whole number, 0 or more.');
      }
      bus.duplicateNext(body.duplicate_next);
      return { duplicates_left: bus.duplicatesLeft };
    },
    /** How the scheduler (mis)behaves: past_schedules, precision, seed, duplicate. */
    'POST /_local/scheduler': ({ body }) => {
      const { past_schedules: pastSchedules, ...rest } = body;
      scheduler.configure({ ...rest, ...(pastSchedules !== undefined && { pastSchedules }) });
      return scheduler.list();
    },
    /** What waits for its time; what recurs is the template's own. */
    'GET /_local/schedules': () => scheduler.list().filter((one) => one.ScheduleExpression.startsWith('at(')),
    /** Ends a function's sandboxes in the middle of what they do. */
    'POST /_local/functions/': async ({ rest, body }) => {
      if (body.kill !== true) throw new LocalError(400, 'kill must be true: that is all this route does.');
      return { killed: await functions.kill(rest) };
    },
    'GET /_local/ignored': () => parts.ignored,
    /** The template's alarms, evaluated now. */
    'GET /_local/alarms': () => parts.cloudWatch.states(),
    /** Puts an event on the bus as the operator, for the console's form. */
    'POST /_local/events': ({ body }) =>
      bus.putEvents([
        {
          EventBusName: stack.outputs.EventBusName,
          Source: String(body.source ?? 'carillon.console'),
          DetailType: String(body.detail_type ?? 'notification.requested'),
          // As text where numbers must stay as they were typed.
          Detail: typeof body.detail_json === 'string' ? body.detail_json : JSON.stringify(body.detail ?? {}),
        },
      ]),
    'POST /_local/reset': async () => {
      faults.clear();
      await activity.idle();
      for (const connection of sockets.connections.list()) sockets.connections.cut(connection.connectionId);
      scheduler.reset();
      bus.reset();
      queues.reset();
      sns.reset();
      parts.pushService.reset();
      await parts.engine.reset();
      calls.clear();
      parts.history.clear();
      parts.cloudWatch.clear();
      meter.reset();
      functions.resetStats();
      return now();
    },
  };
  return { routes, outputs };
}

function snakeCased(outputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase(), value]),
  );
}
