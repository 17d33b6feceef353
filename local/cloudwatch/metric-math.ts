// CloudWatch's metric math as far as alarms of a template use it: one value a period. What it does not know it refuses.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

/** Undefined: no data in this period. */
type Value = number | undefined;
export type Lookup = (id: string) => Value;
type Evaluate = (lookup: Lookup) => Value;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(>=|<=|==|!=|[-+*/(),<>]))/y;
const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
const SUMS: Record<string, (a: number, b: number) => number> = { '+': (a, b) => a + b, '-': (a, b) => a - b };
const PRODUCTS: Record<string, (a: number, b: number) => number> = { '*': (a, b) => a * b, '/': (a, b) => a / b };

/** Throws for what it does not know, naming the expression. */
export function metricMath(expression: string): Evaluate {
  const tokens = tokensOf(expression);
  let at = 0;
  const refuse = (): never => {
    throw new Error(`The metric math "${expression}" is not emulated at "${tokens[at] ?? 'its end'}".`);
  };
  const expect = (token: string) => (tokens[at] === token ? at++ : refuse());
  const arguments_ = (): Evaluate[] => {
    expect('(');
    const given = [comparison()];
    while (tokens[at] === ',') {
      at++;
      given.push(comparison());
    }
    expect(')');
    return given;
  };

  function primary(): Evaluate {
    const token = tokens[at] ?? refuse();
    if (token === '(') {
      at++;
      const inner = comparison();
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) {
      at++;
      return () => Number(token);
    }
    if (!/^[A-Za-z_]/.test(token)) refuse();
    at++;
    if (tokens[at] !== '(') return (lookup) => lookup(token);
    return call(token, arguments_()) ?? refuse();
  }
  const chain = (next: () => Evaluate, known: Record<string, (a: number, b: number) => number>): Evaluate => {
    let left = next();
    while (Object.hasOwn(known, tokens[at] ?? '')) {
      const operate = known[tokens[at++]!]!;
      left = both(left, next(), operate);
    }
    return left;
  };
  const product = () => chain(primary, PRODUCTS);
  const sum = () => chain(product, SUMS);
  function comparison(): Evaluate {
    const left = sum();
    const compare = COMPARISONS[tokens[at] ?? ''];
    if (!compare) return left;
    at++;
    return both(left, sum(), (a, b) => Number(compare(a, b)));
  }

  const evaluate = comparison();
  return at === tokens.length ? evaluate : refuse();
}

/** A missing value makes the result missing, and so does a division by zero. */
function both(left: Evaluate, right: Evaluate, operate: (a: number, b: number) => number): Evaluate {
  return (lookup) => {
    const [a, b] = [left(lookup), right(lookup)];
    if (a === undefined || b === undefined) return undefined;
    const result = operate(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}

function call(name: string, given: Evaluate[]): Evaluate | undefined {
  const [first, second, third] = given;
  if (name === 'FILL' && second && !third) return (lookup) => first!(lookup) ?? second(lookup);
  if (name === 'IF' && second) return (lookup) => (first!(lookup) ? second(lookup) : third?.(lookup));
  return undefined;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (!found)
      throw new Error(`The metric math "${expression}" is not emulated at "${expression.slice(from).trim()}".`);
    tokens.push(found[1] ?? found[2] ?? found[3]!);
  }
  return tokens;
}
