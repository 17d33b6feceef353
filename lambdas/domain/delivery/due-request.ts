// A request whose time has come.
import type { NotificationRequest } from '../../../protocol/request.ts';

export interface DueRequest {
  requestId: string;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
}

/** The time it is delivered at: when it was accepted, or the later time that it asks for. */
export function timeOf({ acceptedAtMs, request }: DueRequest): number {
  return Math.max(acceptedAtMs, request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at));
}
