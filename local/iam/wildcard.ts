// Patterns with `*` (any characters) and `?` (one character), as IAM uses them in actions, resources and conditions.

export type Matcher = (value: string) => boolean;

/** Makes a matcher once, so that matching on every call stays a comparison where the pattern allows it. */
export function wildcard(pattern: string): Matcher {
  const first = pattern.search(/[*?]/);
  if (first < 0) return (value) => value === pattern;
  if (first === pattern.length - 1 && pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (value) => value.startsWith(prefix);
  }
  return (value) => matches(pattern, value);
}

/**
 * An ARN pattern whose six parts are matched one by one, so that a wildcard never reaches over a colon.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnPattern(pattern: string): Matcher {
  const parts = arnParts(pattern)?.map(wildcard);
  if (!parts) return pattern === '*' ? () => true : () => false;
  return (value) => arnParts(value)?.every((part, index) => parts[index]!(part)) ?? false;
}

function arnParts(arn: string): string[] | undefined {
  const parts = arn.split(':');
  if (parts.length < 6) return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Two pointers and one remembered star: the time is at worst length × length, where a regular expression could explode.
 */
function matches(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    const want = pattern[p];
    if (want === '*') {
      star = p++;
      resume = v;
    } else if (want === '?' || want === value[v]) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
