// JSON whose numbers keep the digits they were written with, as EventBridge keeps those of `Detail`.
import { parse, stringify } from 'lossless-json';

/** A number that a double would write otherwise (`1.0`, `12345678901234567890`): its text is kept beside it. */
export class ExactNumber {
  constructor(readonly text: string) {}
  /** For `JSON.stringify`, where digits don't matter. */
  toJSON(): number {
    return Number(this.text);
  }
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** As `JSON.parse`, but numbers that would lose digits become an ExactNumber. Throws SyntaxError. */
export function parseExact(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return isExactAsDoubles(text)
    ? value
    : parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
}

/** As `JSON.stringify`, with the digits of every ExactNumber. */
export function stringifyExact(value: unknown): string {
  return holdsExactNumber(value) ? stringify(value, null, undefined, [NUMBER_WRITER])! : JSON.stringify(value);
}

/** The number as the event spells it. */
export function numberText(value: number | ExactNumber): string {
  return typeof value === 'number' ? String(value) : value.text;
}

const NUMBER_WRITER = {
  test: (value: unknown) => value instanceof ExactNumber,
  stringify: (value: unknown) => (value as ExactNumber).text,
};

function parseNumber(text: string): unknown {
  return isSpelledAsDouble(text) ? Number(text) : new ExactNumber(text);
}

function isExactAsDoubles(text: string): boolean {
  for (const [token] of text.matchAll(STRING_OR_NUMBER)) {
    if (token[0] !== '"' && !isSpelledAsDouble(token)) return false;
  }
  return true;
}

function isSpelledAsDouble(text: string): boolean {
  return String(Number(text)) === text;
}

function holdsExactNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof ExactNumber || Object.values(value).some(holdsExactNumber);
}
