// Random pairs of event pattern and event, as texts, drawn from few names and values so that they meet often.
// A seed gives the same pairs again.

export interface Pair {
  pattern: string;
  event: string;
}

/** Gives numbers from 0 to 1, and the few names and values that a pair draws from. */
type Random = (() => number) & { pool: { names: string[]; strings: string[]; numbers: string[] } };
type Draw = (random: Random) => string;

const NAMES = ['a', 'b', 'c', 'a.b', 'b.c', 'list'];
const STRINGS = [
  ...[
    '',
    'a',
    'A',
    'ab',
    'abc',
    'ABC',
    'aab',
    'b"c',
    'a*b',
    'a\\b',
    'straße',
    'STRASSE',
    'é',
    'É',
    'null',
    'true',
    '1',
  ],
  ...['10.0.0.1', '10.0.0.255', '010.0.0.1', '10.0.1.0', '256.1.1.1', '1.2.3', '::1', '0:0:0:0:0:0:0:1'],
  ...['2001:db8::1', '2001:DB8:0::1', '::ffff:a00:1', ':', 'fe80::', '1:2:3:4:5:6:7:8'],
];
const NUMBERS = [
  ...['0', '-0', '1', '1.0', '10e-1', '2', '-3.5', '1e2', '100', '300', '3.018e2', '301.8', '0.1', '1.000000000000001'],
  ...['1e-7', '1E3', '9007199254740992', '1', '2', '100'],
  // No double holds these.
  ...['12345678901234567890', '12345678901234567891', '9007199254740993', '1e400'],
];
// Not /0: event-ruler 1.8.1 then takes numbers for addresses too.
const CIDRS = ['10.0.0.0/24', '10.0.0.0/8', '10.0.0.0/31', '2001:db8::/32', '::1/127', '::ffff:a00:0/24'];
const ODD_CIDRS = [
  ...['10.0.0.0/32', '10.0.0.0/-1', '10.0.0/8', '::1/128', '::ffff:a00:0/120', '10.0.0.0', 'a/b', '10.0.0.0/8/9'],
  ...['10.0.0.0/x', '10.0.0.0/+8'],
];
const WILDCARDS = ['*', 'a*', '*b', 'a*b', '*a*b*', 'a\\*b', '\\\\', '*.*.*', '', '*a*a*a*', 'ab*ab*', '10.*'];
const ODD_WILDCARDS = ['a**', 'a\\b'];
const OPERATORS = ['=', '<', '<=', '>', '>='];

export function randomPairs(count: number, seed: number): Pair[] {
  const next = generator(seed);
  return Array.from({ length: count }, () => {
    const some = (items: readonly string[], most: number) => Array.from({ length: most }, () => oneOf(next, items));
    const pool = { names: some(NAMES, 3), strings: some(STRINGS, 4), numbers: some(NUMBERS, 3) };
    const random = Object.assign(() => next(), { pool });
    return { pattern: patternObject(random, 0, false), event: eventObject(random, 0) };
  });
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function oneOf<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

function several(random: Random, least: number, most: number, draw: Draw): string[] {
  return Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, () => draw(random));
}

function members(random: Random, most: number, draw: Draw, least = 1): string {
  const names = [...new Set(several(random, least, most, (source) => oneOf(source, source.pool.names)))];
  return names.map((name) => `${JSON.stringify(name)}:${draw(random)}`).join(',');
}

function eventObject(random: Random, depth: number): string {
  return `{${members(random, 4, (source) => eventValue(source, depth + 1), 0)}}`;
}

function eventValue(random: Random, depth: number): string {
  const kind = random();
  if (depth < 4 && kind < 0.25) return eventObject(random, depth);
  if (depth < 4 && kind < 0.45)
    return `[${several(random, 0, 3, (source) => eventValue(source, depth + 1)).join(',')}]`;
  return scalar(random);
}

function scalar(random: Random): string {
  const kind = random();
  if (kind < 0.6) return text(random);
  return kind < 0.85 ? oneOf(random, random.pool.numbers) : oneOf(random, ['true', 'false', 'null']);
}

function text(random: Random): string {
  return JSON.stringify(oneOf(random, random.pool.strings));
}

function patternObject(random: Random, depth: number, insideOr: boolean): string {
  const kind = random();
  if (kind < 0.003) return '{}';
  const body = members(random, 3, (source) => patternValue(source, depth + 1, insideOr));
  const reserved = insideOr && random() < 0.02 ? ',"prefix":["a"]' : '';
  if (depth > 2 || random() > 0.25) return `{${body}${reserved}}`;
  const choices = several(random, random() < 0.01 ? 1 : 2, 3, (source) => patternObject(source, depth + 1, true));
  const or = `"$or":[${choices.join(',')}]`;
  return random() < 0.5 ? `{${body}${reserved},${or}}` : `{${or},${body}${reserved}}`;
}

function patternValue(random: Random, depth: number, insideOr: boolean): string {
  const kind = random();
  if (depth < 3 && kind < 0.3) return patternObject(random, depth, insideOr);
  if (kind < 0.305) return scalar(random);
  const least = random() < 0.005 ? 0 : 1;
  return `[${several(random, least, 3, (source) => (source() < 0.4 ? scalar(source) : operator(source))).join(',')}]`;
}

function operator(random: Random): string {
  return random() < 0.005 ? oddOperator(random) : `{${oneOf(random, OPERATOR_DRAWS)(random)}}`;
}

function oddOperator(random: Random): string {
  return oneOf(random, ['{}', '{"regex":"a"}', '{"prefix":"a","suffix":"b"}', '{"exact":"a"}', '{"prefix":1}', '[1]']);
}

const ignoringCase: Draw = (random) => `{"equals-ignore-case":${text(random)}}`;
const wildcard: Draw = (random) => JSON.stringify(oneOf(random, random() < 0.02 ? ODD_WILDCARDS : WILDCARDS));

const OPERATOR_DRAWS: readonly Draw[] = [
  (random) => `"exactly":${text(random)}`,
  (random) => `"prefix":${random() < 0.7 ? text(random) : ignoringCase(random)}`,
  (random) => `"suffix":${random() < 0.7 ? text(random) : ignoringCase(random)}`,
  (random) => `"equals-ignore-case":${text(random)}`,
  (random) => `"wildcard":${wildcard(random)}`,
  (random) => `"exists":${random() < 0.02 ? '1' : random() < 0.5}`,
  (random) => `"cidr":${JSON.stringify(oneOf(random, random() < 0.1 ? ODD_CIDRS : CIDRS))}`,
  (random) => `"numeric":["${random() < 0.02 ? '!' : oneOf(random, OPERATORS)}",${oneOf(random, random.pool.numbers)}]`,
  (random) => {
    const [lower, upper] = [oneOf(random, random.pool.numbers), oneOf(random, random.pool.numbers)].sort(
      (one, other) => Number(one) - Number(other),
    );
    return `"numeric":["${oneOf(random, ['>', '>='])}",${lower},"${oneOf(random, ['<', '<=', '<', '>'])}",${upper}]`;
  },
  (random) => `"anything-but":${random() < 0.5 ? text(random) : oneOf(random, random.pool.numbers)}`,
  (random) =>
    `"anything-but":[${several(random, 1, 3, random() < 0.6 ? text : (one) => oneOf(one, one.pool.numbers)).join(',')}]`,
  (random) => `"anything-but":[${several(random, random() < 0.1 ? 0 : 1, random() < 0.5 ? 1 : 2, scalar).join(',')}]`,
  (random) => `"anything-but":{"${oneOf(random, ['prefix', 'suffix', 'equals-ignore-case'])}":${text(random)}}`,
  // Never an empty list: event-ruler takes it, and then crashes or not by its neighbours. We refuse it.
  (random) => `"anything-but":{"${oneOf(random, ['prefix', 'suffix'])}":[${several(random, 1, 3, text).join(',')}]}`,
  (random) => `"anything-but":{"equals-ignore-case":[${several(random, 1, 3, text).join(',')}]}`,
  (random) => `"anything-but":{"wildcard":${wildcard(random)}}`,
  (random) => `"anything-but":{"wildcard":[${several(random, 1, 3, wildcard).join(',')}]}`,
];
