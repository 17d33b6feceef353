// The dispatch queue's consumer.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type DispatchHandlerDeps, dispatchDeps } from '../dispatch-deps.ts';
import { dispatchBatch } from '../domain/dispatch-batch.ts';
import { receivedMessage } from '../received-message.ts';
import { withDeps } from '../start.ts';

export async function dispatch(
  deps: DispatchHandlerDeps,
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const endsAtMs = deps.clock.now() + context.getRemainingTimeInMillis();
  const stay = await dispatchBatch(deps, event.Records.map(receivedMessage), endsAtMs);
  return { batchItemFailures: stay.map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = withDeps(dispatchDeps, dispatch);
