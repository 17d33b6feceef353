// A request whose time has come.
import type { AddressedRequest } from '../model/addressed-request.ts';
import type { RequestKey } from '../schedule/request-key.ts';

/** 'duplicate': another message stored it and sends it; this one did nothing. */
export type DeliveryOutcome = 'done' | 'duplicate';

export interface DueRequest {
  key: RequestKey;
  acceptedAtMs: number;
  request: AddressedRequest;
  isRedelivery: boolean;
  /** As its row says; false: ids are made as earlier versions made them. */
  idsByAudience: boolean;
  /** What fails now is dead-lettered. */
  isLastTry?: boolean | undefined;
}
