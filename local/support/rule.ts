// The words the support tables are written in: which properties the runtime acts on, which it leaves aside, and why.

export type Rule =
  | { kind: 'emulated' }
  /** Knowingly without effect here. */
  | { kind: 'ignored'; why: string }
  | { kind: 'refused'; instead: string }
  | { kind: 'only'; values: unknown[]; instead: string }
  | { kind: 'fields'; fields: Fields }
  | { kind: 'list'; item: Rule; atMost: number }
  /** An object whose keys are the author's own. */
  | { kind: 'entries'; value: Rule };

/** By property name; `'*'` covers all others, listed together. A property with no rule is a problem. */
export type Fields = Record<string, Rule>;

/** A type whose properties are looked at, or one that is left aside whole. */
/** A part of the template that nothing here obeys, and why. */
interface IgnoredWhole {
  ignoredWhole: string;
}
export type TypeSupport = Fields | IgnoredWhole;
export const isIgnored = (support: TypeSupport): support is IgnoredWhole => 'ignoredWhole' in support;

/** What one part of the runtime says of itself: its table of properties, and how it differs from AWS. */
export interface PartSupport {
  /** The heading in the documentation. */
  title: string;
  /** By CloudFormation type. */
  types: Record<string, TypeSupport>;
  /** Sentences of Markdown. Whatever isn't listed and behaves otherwise than AWS is a bug. */
  differences: string[];
}

export const emulated: Rule = { kind: 'emulated' };
export const ignored = (why: string): Rule => ({ kind: 'ignored', why });
export const refused = (instead: string): Rule => ({ kind: 'refused', instead });
export const only = (values: unknown[], instead: string): Rule => ({ kind: 'only', values, instead });
export const fields = (table: Fields): Rule => ({ kind: 'fields', fields: table });
export const list = (item: Rule, atMost = Number.POSITIVE_INFINITY): Rule => ({ kind: 'list', item, atMost });
export const entries = (value: Rule): Rule => ({ kind: 'entries', value });
export const allEmulated = (...names: string[]): Fields => Object.fromEntries(names.map((name) => [name, emulated]));

/** They change nothing on AWS either, so there is nothing to tell. */
export const tags = emulated;
export const description = emulated;
export const atRest = ignored('nothing is encrypted at rest, and key policies are not checked');
