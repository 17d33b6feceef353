// A request whose time has come.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { RequestKey } from '../schedule/request-key.ts';

/** 'duplicate': another message stored it and sends it; this one did nothing. */
export type DeliveryOutcome = 'done' | 'duplicate';

export interface DueRequest {
  key: RequestKey;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
}
