// Every REST operation with the schemas of what it takes and answers: the source of docs/openapi.json and of its tests.
import type * as z from 'zod';
import {
  broadcastEstimateRequestSchema,
  broadcastEstimateSchema,
  broadcastQuerySchema,
  broadcastStatusSchema,
  countedTopicSchema,
  presenceQuerySchema,
  presenceSchema,
  presenceUserSchema,
  topicSubscribersSchema,
} from './back-end.ts';
import { claimReplySchema } from './claim.ts';
import { deviceIdSchema, deviceListSchema, deviceRequestSchema, deviceSchema, webPushKeySchema } from './device.ts';
import { eventBatchQuerySchema, eventBatchResultSchema, eventBatchSchema } from './event-batch.ts';
import { explainRequestSchema, explanationSchema } from './explanation.ts';
import { notificationSchema } from './notification.ts';
import {
  changedNotificationSchema,
  countSchema,
  idSchema,
  snoozeSchema,
  unreadCountSchema,
  upToSchema,
} from './notification-change.ts';
import { notificationPageSchema, notificationQuerySchema } from './notification-query.ts';
import { preferencesChangeSchema, preferencesSchema } from './preferences.ts';
import { healthSchema } from './problem.ts';
import { requestIdSchema } from './request.ts';
import type { RestOperationId } from './rest-routes.ts';
import { statisticsSchema } from './statistics.ts';
import { internalTicketRequestSchema, ticketRequestSchema, ticketSchema } from './ticket.ts';
import {
  erasedUserSchema,
  requestOrEventIdSchema,
  requestStatusQuerySchema,
  requestStatusSchema,
  userDataQuerySchema,
  userExportSchema,
} from './user-data.ts';

export interface RestOperation {
  summary: string;
  pathParameters?: Record<string, z.ZodType>;
  query?: z.ZodObject;
  /** The reply has an `ETag`; a request that sends it as `If-None-Match` is answered with 304 while nothing changed. */
  hasEtag?: boolean;
  body?: { schema: z.ZodType; required: boolean };
  reply: { status: number; description: string; schema?: z.ZodType; orStatus?: number };
  /** Besides those that every operation behind its auth has. */
  refusals?: number[];
}

const byId = { pathParameters: { id: idSchema } };
const changed = { status: 200, description: 'As it is now, and what is unread', schema: changedNotificationSchema };
const count = { status: 200, description: 'What is unread now', schema: unreadCountSchema };

export const REST_OPERATIONS: Readonly<Record<RestOperationId, RestOperation>> = {
  listNotifications: {
    summary: 'A page of the inbox, newest first',
    query: notificationQuerySchema,
    hasEtag: true,
    reply: { status: 200, description: 'The page', schema: notificationPageSchema },
    refusals: [400],
  },
  countUnread: {
    summary: 'How many are unread',
    reply: {
      status: 200,
      description: 'The count, at most 100: beyond, `unread_count_exact` is false',
      schema: countSchema,
    },
    refusals: [400],
  },
  readStatistics: {
    summary: 'Who is connected now; needs the Cognito group carillon-admin, or the scope carillon/admin or admin',
    reply: { status: 200, description: 'Distinct users and their connections', schema: statisticsSchema },
    refusals: [400, 403],
  },
  markAllRead: {
    summary: 'Everything up to now, or up to an id, becomes read',
    query: upToSchema,
    body: { schema: upToSchema, required: false },
    reply: count,
    refusals: [400],
  },
  markAllSeen: {
    summary: 'Everything up to now, or up to an id, becomes seen, and stays unread',
    query: upToSchema,
    body: { schema: upToSchema, required: false },
    reply: count,
    refusals: [400],
  },
  clearAll: {
    summary: 'Everything up to now, or up to an id, is archived',
    query: upToSchema,
    reply: count,
    refusals: [400],
  },
  getNotification: {
    summary: 'One notification, an archived one too',
    ...byId,
    reply: { status: 200, description: 'The notification', schema: notificationSchema },
    refusals: [400, 404],
  },
  markRead: {
    summary: 'Marks one read',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  markUnread: {
    summary: 'Marks one unread; an archived one stays as it is',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  snooze: {
    summary: 'Puts one aside until a time, when it comes back as a new one',
    ...byId,
    body: { schema: snoozeSchema, required: true },
    reply: changed,
    refusals: [400, 404],
  },
  unsnooze: {
    summary: 'Takes back a snooze: it is in its place again, unread',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  archiveNotification: {
    summary: 'Archives one; twice is once',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  claimNotification: {
    summary: 'Claims one that several users were sent; claiming again begins its time anew',
    ...byId,
    reply: { status: 200, description: 'Yours, until it expires or is released', schema: claimReplySchema },
    refusals: [400, 404, 409],
  },
  releaseNotification: {
    summary: 'Gives a claim back; changes nothing where another user holds it',
    ...byId,
    reply: { status: 200, description: 'As it is now', schema: claimReplySchema },
    refusals: [400, 404, 409],
  },
  readPreferences: {
    summary: 'Channels, muted types, quiet hours',
    reply: { status: 200, description: 'The preferences', schema: preferencesSchema },
    refusals: [400],
  },
  changePreferences: {
    summary: 'Changes what is named, keeps the rest',
    body: { schema: preferencesChangeSchema, required: true },
    reply: { status: 200, description: 'The whole preferences', schema: preferencesSchema },
    refusals: [400],
  },
  listDevices: {
    summary: 'The registered phones and browsers',
    reply: { status: 200, description: 'The devices', schema: deviceListSchema },
    refusals: [400],
  },
  readWebPushKey: {
    summary: 'The application server key with which a browser subscribes to web push',
    reply: { status: 200, description: 'The key, base64url', schema: webPushKeySchema },
    refusals: [400, 501],
  },
  registerDevice: {
    summary: 'Registers a phone or a browser for push; again is no second one',
    body: { schema: deviceRequestSchema, required: true },
    reply: { status: 201, orStatus: 200, description: 'The device', schema: deviceSchema },
    refusals: [400, 501],
  },
  removeDevice: {
    summary: 'Removes a phone or a browser',
    pathParameters: { id: deviceIdSchema },
    reply: { status: 204, description: 'It is removed' },
    refusals: [400, 404],
  },
  issueTicket: {
    summary: 'A single-use ticket that opens one socket',
    body: { schema: ticketRequestSchema, required: false },
    reply: { status: 201, description: 'The ticket', schema: ticketSchema },
    refusals: [400],
  },
  issueTicketFor: {
    summary: 'A ticket for any user, for back ends',
    body: { schema: internalTicketRequestSchema, required: true },
    reply: { status: 201, description: 'The ticket', schema: ticketSchema },
    refusals: [400],
  },
  putEvents: {
    summary: 'Events onto the bus, for back ends without an AWS SDK',
    query: eventBatchQuerySchema,
    body: { schema: eventBatchSchema, required: true },
    reply: { status: 200, description: 'What became of each event', schema: eventBatchResultSchema },
    refusals: [400],
  },
  readPresence: {
    summary: 'Whether a user is connected, and since when not; with `org_id`, in that organisation',
    pathParameters: { id: presenceUserSchema },
    query: presenceQuerySchema,
    reply: { status: 200, description: 'The open connections', schema: presenceSchema },
    refusals: [400],
  },
  exportUser: {
    summary:
      'All that is stored of a user; reads a share of the table a call, so repeat it with `next_cursor` until it is null',
    pathParameters: { id: presenceUserSchema },
    query: userDataQuerySchema,
    reply: { status: 200, description: 'Rows', schema: userExportSchema },
    refusals: [400],
  },
  eraseUser: {
    summary: 'Erases all that is stored of a user, a share a call: repeat it with `next_cursor` until it is null',
    pathParameters: { id: presenceUserSchema },
    query: userDataQuerySchema,
    reply: { status: 200, description: 'What this call erased', schema: erasedUserSchema },
    refusals: [400, 409],
  },
  readRequestStatus: {
    summary: 'How far a request has come, by its id or its event’s, and what happened to it in the inbox of `user_id`',
    pathParameters: { id: requestOrEventIdSchema },
    query: requestStatusQuerySchema,
    reply: { status: 200, description: 'Its state', schema: requestStatusSchema },
    refusals: [400, 404],
  },
  countSubscribers: {
    summary: 'How many connections and users a topic reaches; counted at most once a minute',
    pathParameters: { topic: countedTopicSchema },
    reply: { status: 200, description: 'The counts', schema: topicSubscribersSchema },
    refusals: [400],
  },
  readBroadcastStatus: {
    summary:
      'How far a notification to everyone has come, by the id of the notification, of its request or of its event',
    pathParameters: { id: requestIdSchema },
    query: broadcastQuerySchema,
    reply: { status: 200, description: 'The state and the counts', schema: broadcastStatusSchema },
    refusals: [400, 404],
  },
  estimateBroadcast: {
    summary: 'Whom a notification to everyone would reach now, and what it would cost',
    body: { schema: broadcastEstimateRequestSchema, required: false },
    reply: { status: 200, description: 'The estimate', schema: broadcastEstimateSchema },
    refusals: [400],
  },
  explain: {
    summary: 'What a request would do, to whom, why and for how many dollars; sends and writes nothing',
    body: { schema: explainRequestSchema, required: true },
    reply: { status: 200, description: 'The explanation, of an invalid request too', schema: explanationSchema },
    refusals: [400],
  },
  health: {
    summary: 'Whether the API and its table answer',
    reply: { status: 200, description: 'They do', schema: healthSchema },
    refusals: [429, 503],
  },
};
