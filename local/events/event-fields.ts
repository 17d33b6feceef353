// An event as patterns see it: every leaf under its dotted name, with the array elements it is in.
// https://github.com/aws/event-ruler#json-array-matching
import { ExactNumber, numberText } from './exact-json.ts';

export interface Field {
  /** As JSON writes the leaf, but for escapes: strings stand in quotes, and so can't be taken for anything else. */
  text: string;
  /** Which element of which array it is in; arrays are numbered as they come. */
  elements: Elements;
}
export type Elements = ReadonlyMap<number, number>;
export type Fields = ReadonlyMap<string, readonly Field[]>;

const OUTSIDE: Elements = new Map();

/** The leaves whose dotted name is one of `names`. `{"a.b": 1}` and `{"a": {"b": 1}}` have the same names. */
export function fieldsOf(event: unknown, names: ReadonlySet<string>): Fields {
  const prefixes = prefixesOf(names);
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const add = (name: string, text: string, elements: Elements) => {
    if (!names.has(name)) return;
    const found = fields.get(name);
    if (found) found.push({ text, elements });
    else fields.set(name, [{ text, elements }]);
  };
  const visit = (value: unknown, name: string, elements: Elements): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries()) {
        const isLeaf = typeof element !== 'object' || element === null || element instanceof ExactNumber;
        visit(element, name, isLeaf ? elements : new Map([...elements, [array, index]]));
      }
    } else if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) {
      for (const [key, inner] of Object.entries(value)) {
        const dotted = name === '' ? key : `${name}.${key}`;
        if (prefixes.has(dotted)) visit(inner, dotted, elements);
      }
    } else {
      add(name, leafText(value), elements);
    }
  };
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) visit(event, '', OUTSIDE);
  return fields;
}

/** The elements both leaves can be in at once, or undefined where they are in different elements of one array. */
export function together(these: Elements, those: Elements): Elements | undefined {
  if (those.size === 0) return these;
  for (const [array, index] of those) {
    const own = these.get(array);
    if (own !== undefined && own !== index) return undefined;
  }
  return these.size === 0 ? those : new Map([...these, ...those]);
}

function leafText(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number' || value instanceof ExactNumber) return numberText(value);
  return String(value);
}

function prefixesOf(names: ReadonlySet<string>): ReadonlySet<string> {
  const prefixes = new Set<string>();
  for (const name of names) {
    for (let end = name.indexOf('.'); end >= 0; end = name.indexOf('.', end + 1)) prefixes.add(name.slice(0, end));
    prefixes.add(name);
  }
  return prefixes;
}
