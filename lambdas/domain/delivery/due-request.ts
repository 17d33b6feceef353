// A request whose time has come.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { RequestKey } from '../schedule/request-key.ts';

export interface DueRequest {
  key: RequestKey;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
}
