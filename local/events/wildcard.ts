// The operator `wildcard`: how it is read, what it matches, and how complex EventBridge lets the wildcards of a field
// be.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching

type Fail = (reason: string) => Error;
/** The texts between the stars; a text begins and ends with the quotes of a leaf. */
export type WildcardParts = readonly string[];

/** `*` matches any run of characters; `\*` and `\\` are the characters themselves. */
export function readWildcard(pattern: string, fail: Fail): WildcardParts {
  const parts = ['"'];
  let afterStar = false;
  for (let index = 0; index < pattern.length; index++) {
    let character = pattern[index]!;
    if (character === '*') {
      // Positions count the opening quote, as AWS's texts do.
      if (afterStar) throw fail(`Consecutive wildcard characters at pos ${index}`);
      afterStar = true;
      parts.push('');
      continue;
    }
    if (character === '\\') {
      const escaped = pattern[++index];
      if (escaped !== '*' && escaped !== '\\') throw fail(`Invalid escape character at pos ${index}`);
      character = escaped;
    }
    afterStar = false;
    parts[parts.length - 1] += character;
  }
  parts[parts.length - 1] += '"';
  return parts;
}

/** Taking each middle part at its first place is enough, and keeps the match linear whatever the pattern. */
export function matchesWildcard(text: string, parts: WildcardParts): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/**
 * AWS documents that complexity is limited, not the number. Ten is what event-ruler's documentation suggests for one
 * rule, and fits reports of what the service refused: four wildcards in one field, each a star, a folder, a star and a
 * file extension.
 * https://github.com/aws/event-ruler#wildcard-matching
 */
export const MAX_COMPLEXITY = 10;
/** Our choice: sets of beginnings looked at before a pattern counts as too complex. */
const MAX_SETS = 5_000;

/**
 * The most beginnings of these wildcards that one text can match at once, as event-ruler's MachineComplexityEvaluator
 * counts them; stops above `MAX_COMPLEXITY`. The wildcards of one operator share what they have in common up to the
 * first star.
 */
export function wildcardComplexity(operators: readonly (readonly WildcardParts[])[]): number {
  const patterns = operators.flatMap((wildcards, operator) =>
    wildcards.map((parts, index): Pattern => ({ tokens: tokensOf(parts), operator, index })),
  );
  const alphabet = new Set(patterns.flatMap(({ tokens }) => tokens));
  let most = 0;
  let sets = [patterns.map(() => new Set([0]))];
  const seen = new Set<string>();
  while (sets.length > 0) {
    const next: Set<number>[][] = [];
    for (const active of sets) {
      for (const character of alphabet) {
        const reached = patterns.map(({ tokens }, index) => step(tokens, active[index]!, character));
        const beginnings = new Set(
          reached.flatMap((lengths, at) => [...lengths].map((to) => named(patterns[at]!, to))),
        );
        most = Math.max(most, beginnings.size);
        if (most > MAX_COMPLEXITY || seen.size > MAX_SETS) return MAX_COMPLEXITY + 1;
        const key = reached.map((set) => [...set].sort((a, b) => a - b).join()).join(';');
        if (beginnings.size === 0 || seen.has(key)) continue;
        seen.add(key);
        next.push(reached);
      }
    }
    sets = next;
  }
  return most;
}

interface Pattern {
  tokens: string[];
  operator: number;
  index: number;
}

/** Two beginnings of the same name count once. */
function named({ tokens, operator, index }: Pattern, length: number): string {
  const star = tokens.indexOf(STAR);
  if (length === tokens.length) return `${operator} end`;
  if (star < 0 || length <= star + 1) return `${operator} ${JSON.stringify(tokens.slice(0, length))}`;
  return `${operator} ${index} ${length}`;
}

const STAR = '';

function tokensOf(parts: WildcardParts): string[] {
  return parts.flatMap((part, index) => (index === 0 ? [...part] : [STAR, ...part]));
}

/** Which beginnings match after one more character. Any character but those of the patterns is like `STAR`. */
function step(pattern: string[], active: ReadonlySet<number>, character: string): Set<number> {
  const reached = new Set<number>();
  for (const length of active) {
    if (pattern[length - 1] === STAR) reached.add(length);
    if (character === STAR || pattern[length] !== character) continue;
    reached.add(length + 1);
    if (pattern[length + 1] === STAR) reached.add(length + 2);
  }
  return reached;
}
