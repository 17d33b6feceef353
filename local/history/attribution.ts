// Finds out which events of a batch one call of a function was made for, by the ids and users its content names.
import { knownInboxes, type Trace } from './trace.ts';
import type { Traces } from './traces.ts';

/** None: the call was made for all of them together, or for none that is known. */
export function tracesOf(text: string, candidates: Trace[], traces: Traces): Trace[] {
  if (candidates.length === 1) return candidates;
  const mentioned = traces.mentionedIn(text);
  if (candidates.length === 0) return mentioned;
  const ofBatch = mentioned.filter((trace) => candidates.includes(trace));
  if (ofBatch.length > 0) return ofBatch;
  return candidates.filter((trace) => names(text, trace));
}

function names(text: string, trace: Trace): boolean {
  const { producerId } = trace.facts;
  if (producerId !== undefined && text.includes(JSON.stringify(producerId))) return true;
  // As a value, or as the last or a middle part of a key such as USER#alice.
  return knownInboxes(trace).some(
    (inbox) => text.includes(`"${inbox}"`) || text.includes(`#${inbox}"`) || text.includes(`#${inbox}#`),
  );
}

/** The one event among several for the same user that a stored item was made from. */
export function traceOfItem(item: { id: string; title: string }, among: Trace[]): Trace | undefined {
  if (among.length < 2) return among[0];
  const known = among.find((trace) => trace.notificationIds.includes(item.id));
  if (known) return known;
  const waits = ({ stored, facts }: Trace) => stored === 0 || facts.userIds.length > 1;
  return among.find((trace) => waits(trace) && trace.facts.title === item.title) ?? among.find(waits) ?? among[0];
}
