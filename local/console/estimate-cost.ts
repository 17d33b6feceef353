// What a notification would cost on AWS: what the latest like it cost here, and what many open sockets would add.

import { PRICES } from '../../protocol/list-prices.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import { parsed } from '../history/call-content.ts';
import type { History } from '../history/history.ts';

const MANY_SOCKETS = 100_000;

export function estimateCost(detailJson: string, history: History) {
  const detail = parsed(detailJson);
  const kind =
    detail?.user_id === EVERYONE
      ? 'everyone'
      : detail?.topic !== undefined
        ? 'topic'
        : Array.isArray(detail?.user_ids)
          ? 'users'
          : 'user';
  const isWide = kind === 'everyone' || kind === 'topic';
  return {
    dollars: history.latestCost(kind) ?? null,
    // Each open socket is one message of API Gateway; what is read and run for it is small beside that.
    per_100k_sockets: isWide ? MANY_SOCKETS * PRICES.websocket_messages : null,
  };
}
