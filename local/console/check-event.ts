// Checks an event as `dispatch` will, with the schemas of the protocol, and names every field that is wrong.
import { parseEvent, rejectionOf } from '../../protocol/event.ts';
import { requestSchema } from '../../protocol/request.ts';

export interface Problem {
  field: string;
  reason: string;
}

export interface Check {
  problems: Problem[];
}

export function checkEvent(detailType: string, detailJson: string): Check {
  const body = `{"id":"00000000-0000-4000-8000-000000000000","detail-type":${JSON.stringify(detailType)},"detail":${detailJson}}`;
  const parsed = parseEvent(body);
  if (!('rejection' in parsed)) return { problems: [] };
  const problems = [parsed.rejection];
  if (detailType === 'notification.requested') problems.push(...allProblems(detailJson));
  // The first reason of a field is the one that says most.
  const byField = new Map<string, Problem>();
  for (const problem of problems) if (!byField.has(problem.field)) byField.set(problem.field, problem);
  return { problems: [...byField.values()] };
}

function allProblems(detailJson: string): Problem[] {
  let detail: unknown;
  try {
    detail = JSON.parse(detailJson);
  } catch {
    return []; // parseEvent has said so.
  }
  const result = requestSchema.safeParse(detail, { reportInput: true });
  if (result.success) return [];
  return result.error.issues.map((issue) => rejectionOf({ issues: [issue] } as typeof result.error, 'detail'));
}
