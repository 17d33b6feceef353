// The gate itself: a call is checked against IAM, meets its faults, runs, and is recorded, in that order.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AnswerLost, AwsError } from './aws/aws-error.ts';
import type { Calls } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Gate, GatedCall } from './gate.ts';
import { isAllowed } from './iam/evaluate.ts';
import { denied, failed, gone, throttled } from './service-failures.ts';

export function createGate({ faults, calls, clock }: { faults: Faults; calls: Calls; clock: Clock }): Gate {
  return {
    async call<T>(call: GatedCall<T>): Promise<T> {
      const startedMs = performance.now();
      const time = new Date(clock.now()).toISOString();
      let allowed = false;
      let outcome = 'ok';
      try {
        for (const permission of call.permissions) {
          const decision = isAllowed(call.who, permission, { nowMs: clock.now(), userAgent: call.userAgent });
          if (!decision.allowed) throw denied(call.service, decision.why);
        }
        allowed = true;
        return await runWithFaults(call, faults);
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        calls.add({
          time,
          function: call.who.name,
          service: call.service,
          operation: call.operation,
          resource: call.permissions[0]?.resource ?? '',
          permissions: call.permissions.map(({ action, resource }) => ({ action, resource })),
          allowed,
          outcome,
          milliseconds: Math.round((performance.now() - startedMs) * 100) / 100,
          request_id: call.requestId ?? randomUUID(),
        });
      }
    },
  };
}

async function runWithFaults<T>(call: GatedCall<T>, faults: Faults): Promise<T> {
  const applied = faults.apply({ function: call.who.name, service: call.service, operation: call.operation });
  if (applied.latencyMs > 0) await delay(applied.latencyMs);
  if (applied.kind === 'throttle') throw throttled(call.service);
  if (applied.kind === 'error') throw failed(call.service);
  if (applied.kind === 'gone') throw gone();
  const result = await call.run();
  if (applied.kind === 'timeout_after_apply') throw new AnswerLost(`${call.operation} took effect; its answer is lost`);
  return result;
}

function outcomeOf(error: unknown): string {
  if (error instanceof AnswerLost) return 'timeout_after_apply';
  if (error instanceof AwsError) return error.code;
  return 'InternalFailure';
}
