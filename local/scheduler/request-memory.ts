// Remembers answers by client token, so that a request sent again (as SDKs do when an answer is lost) is answered, not
// repeated.
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';

/** AWS doesn't say how long it remembers a token; longer than any SDK's retries will do (our choice). */
const REMEMBERED_MS = 600_000;

export interface RequestMemory {
  /** Runs `run` unless this token was answered before; the same token for another request is a conflict. */
  <T>(operation: string, token: string | undefined, request: unknown, run: () => T): T;
  forget(): void;
}

export function requestMemory(clock: Clock): RequestMemory {
  const answers = new Map<string, { request: string; answer: unknown; untilMs: number }>();

  const answered = <T>(operation: string, token: string | undefined, request: unknown, run: () => T): T => {
    if (token === undefined) return run();
    const key = `${operation} ${token}`;
    const sent = JSON.stringify(request);
    for (const [old, { untilMs }] of answers) {
      if (untilMs > clock.now()) break;
      answers.delete(old);
    }
    const before = answers.get(key);
    if (before && before.request !== sent) {
      throw new AwsError('ConflictException', `ClientToken ${token} was used for a different request.`, 409);
    }
    if (before) return before.answer as T;
    const answer = run();
    answers.set(key, { request: sent, answer, untilMs: clock.now() + REMEMBERED_MS });
    return answer;
  };
  return Object.assign(answered, { forget: () => answers.clear() });
}
