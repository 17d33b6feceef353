// Every route of the REST API. The gateway's routes, the function's router, and the OpenAPI document are made from this
// table.

export interface RestRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As API Gateway writes it: `/api/v2/notifications/{id}`. */
  path: string;
  /** Whose credentials open it: nobody's, a user's JWT, or a back end's AWS signature. */
  auth: 'open' | 'jwt' | 'iam';
  /** Without it, a query is refused: a parameter that has no effect is reported, not ignored. */
  takesQuery?: true;
  /** A user's calls are limited. Default: `reads` for GET, `mutations` for the others. */
  limit?: 'tickets';
}

/** By the operation's id. A path that others match too comes after them. */
export const REST_ROUTES = {
  listNotifications: { method: 'GET', path: '/api/v2/notifications', auth: 'jwt', takesQuery: true },
  countUnread: { method: 'GET', path: '/api/v2/notifications/unread-count', auth: 'jwt' },
  readStatistics: { method: 'GET', path: '/api/v2/notifications/stats', auth: 'jwt' },
  markAllRead: { method: 'PUT', path: '/api/v2/notifications/mark-all-read', auth: 'jwt', takesQuery: true },
  markAllSeen: { method: 'PUT', path: '/api/v2/notifications/mark-all-seen', auth: 'jwt', takesQuery: true },
  clearAll: { method: 'DELETE', path: '/api/v2/notifications/clear-all', auth: 'jwt', takesQuery: true },
  getNotification: { method: 'GET', path: '/api/v2/notifications/{id}', auth: 'jwt' },
  markRead: { method: 'PUT', path: '/api/v2/notifications/{id}/read', auth: 'jwt' },
  markUnread: { method: 'PUT', path: '/api/v2/notifications/{id}/unread', auth: 'jwt' },
  snooze: { method: 'PUT', path: '/api/v2/notifications/{id}/snooze', auth: 'jwt' },
  unsnooze: { method: 'DELETE', path: '/api/v2/notifications/{id}/snooze', auth: 'jwt' },
  archiveNotification: { method: 'DELETE', path: '/api/v2/notifications/{id}', auth: 'jwt' },
  claimNotification: { method: 'PUT', path: '/api/v2/notifications/{id}/claim', auth: 'jwt' },
  releaseNotification: { method: 'DELETE', path: '/api/v2/notifications/{id}/claim', auth: 'jwt' },
  readPreferences: { method: 'GET', path: '/api/v2/preferences', auth: 'jwt' },
  changePreferences: { method: 'PUT', path: '/api/v2/preferences', auth: 'jwt' },
  listDevices: { method: 'GET', path: '/api/v2/devices', auth: 'jwt' },
  readWebPushKey: { method: 'GET', path: '/api/v2/devices/web-push-key', auth: 'jwt' },
  registerDevice: { method: 'POST', path: '/api/v2/devices', auth: 'jwt' },
  removeDevice: { method: 'DELETE', path: '/api/v2/devices/{id}', auth: 'jwt' },
  issueTicket: { method: 'POST', path: '/api/v2/tickets', auth: 'jwt', limit: 'tickets' },
  issueTicketFor: { method: 'POST', path: '/internal/tickets', auth: 'iam' },
  putEvents: { method: 'POST', path: '/internal/events', auth: 'iam', takesQuery: true },
  readPresence: { method: 'GET', path: '/internal/users/{id}/presence', auth: 'iam', takesQuery: true },
  exportUser: { method: 'GET', path: '/internal/users/{id}/export', auth: 'iam', takesQuery: true },
  eraseUser: { method: 'DELETE', path: '/internal/users/{id}', auth: 'iam', takesQuery: true },
  readRequestStatus: { method: 'GET', path: '/internal/requests/{id}', auth: 'iam', takesQuery: true },
  countSubscribers: { method: 'GET', path: '/internal/topics/{topic}/subscribers', auth: 'iam' },
  readBroadcastStatus: { method: 'GET', path: '/internal/broadcasts/{id}', auth: 'iam', takesQuery: true },
  estimateBroadcast: { method: 'POST', path: '/internal/broadcasts/estimate', auth: 'iam' },
  explain: { method: 'POST', path: '/internal/explain', auth: 'iam' },
  health: { method: 'GET', path: '/health', auth: 'open' },
} as const satisfies Record<string, RestRoute>;

export type RestOperationId = keyof typeof REST_ROUTES;
