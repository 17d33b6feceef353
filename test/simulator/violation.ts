// Something that must not be, found by a check: the rule that is broken, and which request, user or page shows it.

export interface Violation {
  rule: string;
  detail: string;
  /** Words that the trace lines about it contain. */
  about: string[];
}
