// Every REST operation with the schemas of what it takes and answers: the source of docs/openapi.json and of its tests.
import type * as z from 'zod';
import {
  broadcastEstimateRequestSchema,
  broadcastEstimateSchema,
  broadcastQuerySchema,
  broadcastStatusSchema,
  countedTopicSchema,
  presenceSchema,
  presenceUserSchema,
  topicSubscribersSchema,
} from './back-end.ts';
import { deviceIdSchema, deviceListSchema, deviceRequestSchema, deviceSchema } from './device.ts';
import { eventBatchResultSchema, eventBatchSchema } from './event-batch.ts';
import { notificationSchema } from './notification.ts';
import {
  changedNotificationSchema,
  countSchema,
  idSchema,
  unreadCountSchema,
  upToSchema,
} from './notification-change.ts';
import { notificationPageSchema, notificationQuerySchema } from './notification-query.ts';
import { preferencesChangeSchema, preferencesSchema } from './preferences.ts';
import { healthSchema } from './problem.ts';
import { requestIdSchema } from './request.ts';
import { statisticsSchema } from './statistics.ts';
import { internalTicketRequestSchema, ticketRequestSchema, ticketSchema } from './ticket.ts';

export interface RestOperation {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As API Gateway writes it: `/api/v2/notifications/{id}`. */
  path: string;
  id: string;
  summary: string;
  /** Whose credentials open it: nobody's, a user's JWT, or a back end's AWS signature. */
  auth: 'open' | 'jwt' | 'iam';
  pathParameters?: Record<string, z.ZodType>;
  query?: z.ZodObject;
  /** The reply has an `ETag`; a request that sends it as `If-None-Match` is answered with 304 while nothing changed. */
  hasEtag?: boolean;
  body?: { schema: z.ZodType; required: boolean };
  reply: { status: number; description: string; schema?: z.ZodType; orStatus?: number };
  /** Besides those that every operation behind its auth has. */
  refusals?: number[];
}

const notifications = '/api/v2/notifications';
const byId = { pathParameters: { id: idSchema } };
const changed = { status: 200, description: 'As it is now, and what is unread', schema: changedNotificationSchema };
const count = { status: 200, description: 'What is unread now', schema: unreadCountSchema };

export const REST_OPERATIONS: readonly RestOperation[] = [
  {
    method: 'get',
    path: notifications,
    id: 'listNotifications',
    summary: 'A page of the inbox, newest first',
    auth: 'jwt',
    query: notificationQuerySchema,
    hasEtag: true,
    reply: { status: 200, description: 'The page', schema: notificationPageSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: `${notifications}/unread-count`,
    id: 'countUnread',
    summary: 'How many are unread',
    auth: 'jwt',
    reply: { status: 200, description: 'The count, at most 300', schema: countSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: `${notifications}/stats`,
    id: 'readStatistics',
    summary: 'Who is connected now; needs the Cognito group carillon-admin, or the scope carillon/admin or admin',
    auth: 'jwt',
    reply: { status: 200, description: 'Distinct users and their connections', schema: statisticsSchema },
    refusals: [400, 403],
  },
  {
    method: 'put',
    path: `${notifications}/mark-all-read`,
    id: 'markAllRead',
    summary: 'Everything up to now, or up to an id, becomes read',
    auth: 'jwt',
    query: upToSchema,
    body: { schema: upToSchema, required: false },
    reply: count,
    refusals: [400],
  },
  {
    method: 'delete',
    path: `${notifications}/clear-all`,
    id: 'clearAll',
    summary: 'Everything up to now, or up to an id, is archived',
    auth: 'jwt',
    query: upToSchema,
    reply: count,
    refusals: [400],
  },
  {
    method: 'get',
    path: `${notifications}/{id}`,
    id: 'getNotification',
    summary: 'One notification, an archived one too',
    auth: 'jwt',
    ...byId,
    reply: { status: 200, description: 'The notification', schema: notificationSchema },
    refusals: [400, 404],
  },
  {
    method: 'put',
    path: `${notifications}/{id}/read`,
    id: 'markRead',
    summary: 'Marks one read',
    auth: 'jwt',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  {
    method: 'put',
    path: `${notifications}/{id}/unread`,
    id: 'markUnread',
    summary: 'Marks one unread; an archived one stays as it is',
    auth: 'jwt',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  {
    method: 'delete',
    path: `${notifications}/{id}`,
    id: 'archiveNotification',
    summary: 'Archives one; twice is once',
    auth: 'jwt',
    ...byId,
    reply: changed,
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/api/v2/preferences',
    id: 'readPreferences',
    summary: 'Channels, muted types, quiet hours',
    auth: 'jwt',
    reply: { status: 200, description: 'The preferences', schema: preferencesSchema },
    refusals: [400],
  },
  {
    method: 'put',
    path: '/api/v2/preferences',
    id: 'changePreferences',
    summary: 'Changes what is named, keeps the rest',
    auth: 'jwt',
    body: { schema: preferencesChangeSchema, required: true },
    reply: { status: 200, description: 'The whole preferences', schema: preferencesSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/api/v2/devices',
    id: 'listDevices',
    summary: 'The registered phones',
    auth: 'jwt',
    reply: { status: 200, description: 'The devices', schema: deviceListSchema },
    refusals: [400],
  },
  {
    method: 'post',
    path: '/api/v2/devices',
    id: 'registerDevice',
    summary: 'Registers a phone for push; again is no second one',
    auth: 'jwt',
    body: { schema: deviceRequestSchema, required: true },
    reply: { status: 201, orStatus: 200, description: 'The device', schema: deviceSchema },
    refusals: [400, 501],
  },
  {
    method: 'delete',
    path: '/api/v2/devices/{id}',
    id: 'removeDevice',
    summary: 'Removes a phone',
    auth: 'jwt',
    pathParameters: { id: deviceIdSchema },
    reply: { status: 204, description: 'It is removed' },
    refusals: [400, 404],
  },
  {
    method: 'post',
    path: '/api/v2/tickets',
    id: 'issueTicket',
    summary: 'A single-use ticket that opens one socket',
    auth: 'jwt',
    body: { schema: ticketRequestSchema, required: false },
    reply: { status: 201, description: 'The ticket', schema: ticketSchema },
    refusals: [400],
  },
  {
    method: 'post',
    path: '/internal/tickets',
    id: 'issueTicketFor',
    summary: 'A ticket for any user, for back ends',
    auth: 'iam',
    body: { schema: internalTicketRequestSchema, required: true },
    reply: { status: 201, description: 'The ticket', schema: ticketSchema },
    refusals: [400],
  },
  {
    method: 'post',
    path: '/internal/events',
    id: 'putEvents',
    summary: 'Events onto the bus, for back ends without an AWS SDK',
    auth: 'iam',
    body: { schema: eventBatchSchema, required: true },
    reply: { status: 200, description: 'What became of each event', schema: eventBatchResultSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/internal/users/{id}/presence',
    id: 'readPresence',
    summary: 'Whether a user is connected, and since when not',
    auth: 'iam',
    pathParameters: { id: presenceUserSchema },
    reply: { status: 200, description: 'The open connections', schema: presenceSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/internal/topics/{topic}/subscribers',
    id: 'countSubscribers',
    summary: 'How many connections and users a topic reaches; counted at most once a minute',
    auth: 'iam',
    pathParameters: { topic: countedTopicSchema },
    reply: { status: 200, description: 'The counts', schema: topicSubscribersSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/internal/broadcasts/{id}',
    id: 'readBroadcastStatus',
    summary:
      'How far a notification to everyone has come, by the id of the notification, of its request or of its event',
    auth: 'iam',
    pathParameters: { id: requestIdSchema },
    query: broadcastQuerySchema,
    reply: { status: 200, description: 'The state and the counts', schema: broadcastStatusSchema },
    refusals: [400, 404],
  },
  {
    method: 'post',
    path: '/internal/broadcasts/estimate',
    id: 'estimateBroadcast',
    summary: 'Whom a notification to everyone would reach now, and what it would cost',
    auth: 'iam',
    body: { schema: broadcastEstimateRequestSchema, required: false },
    reply: { status: 200, description: 'The estimate', schema: broadcastEstimateSchema },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/health',
    id: 'health',
    summary: 'Whether the API and its table answer',
    auth: 'open',
    reply: { status: 200, description: 'They do', schema: healthSchema },
    refusals: [429, 503],
  },
];
