// Checks the form while one types: at once what the page can check itself, and the rest with the runtime's own schema.
import { useEffect, useState } from 'preact/hooks';
import { callRuntime } from '../state/call-runtime.ts';
import { nowMs } from '../state/console-state.ts';
import { type Draft, detailJson } from './draft.ts';
import { type Problems, payloadProblem, problemsOf } from './field-problems.ts';

interface Checked {
  problems: { field: string; reason: string }[];
  cost: CostEstimate;
}
export interface CostEstimate {
  /** What the latest of the kind cost here; null when there was none. */
  dollars: number | null;
  /** For everyone and topics: what 100,000 open sockets would cost. */
  per_100k_sockets: number | null;
}

/** Our choice: between two keys of a fast typist. */
const PAUSE_MS = 120;

export function useProblems(draft: Draft): { problems: Problems; cost: CostEstimate | undefined; isChecked: boolean } {
  const [checked, setChecked] = useState<{ draft: Draft; answer: Checked } | undefined>(undefined);
  const syntax = payloadProblem(draft);
  useEffect(() => {
    let isCurrent = true;
    const check = async () => {
      // With a payload that cannot be read, the other fields are still checked.
      const checkable = payloadProblem(draft) === undefined ? draft : { ...draft, payload: '' };
      const body = { detail_type: 'notification.requested', detail_json: detailJson(checkable, nowMs()) };
      const answer = await callRuntime<Checked>('POST', 'check', body);
      if (isCurrent) setChecked({ draft, answer });
    };
    // What does not come is checked again when it is sent.
    const timer = setTimeout(() => void check().catch(() => undefined), PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [draft]);
  const problems = problemsOf(checked?.answer.problems ?? []);
  if (syntax !== undefined) problems.payload = syntax;
  return { problems, cost: checked?.answer.cost, isChecked: checked?.draft === draft };
}
