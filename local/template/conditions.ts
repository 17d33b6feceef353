// The template's Conditions, evaluated when first asked for.
import { isObject } from '../is-object.ts';
import { resolve, type Scope } from './intrinsics.ts';

/** `scope` resolves the parameters and maps conditions speak about; it must not reach resources. */
export function conditions(written: Record<string, unknown>, scope: Omit<Scope, 'condition' | 'where'>) {
  const known = new Map<string, boolean | 'evaluating'>();

  const condition = (name: string, where: string): boolean => {
    if (!Object.hasOwn(written, name)) throw new Error(`${where}: there is no condition ${name} in the template`);
    const value = known.get(name);
    if (value === 'evaluating') throw new Error(`${where}: the condition ${name} depends on itself`);
    if (value !== undefined) return value;
    known.set(name, 'evaluating');
    const result = truth(written[name], `condition ${name}`);
    known.set(name, result);
    return result;
  };

  const truth = (value: unknown, where: string): boolean => {
    const entries = Object.entries(isObject(value) ? value : {});
    const [name, argument] = entries[0] ?? [];
    const parts = Array.isArray(argument) ? argument : [];
    if (entries.length === 1 && name === 'Condition') return condition(String(argument), where);
    if (entries.length === 1 && name === 'Fn::Equals' && parts.length === 2) {
      const [left, right] = parts.map((part) => JSON.stringify(resolve(part, at(where))));
      return left === right;
    }
    if (entries.length === 1 && name === 'Fn::Not' && parts.length === 1) return !truth(parts[0], where);
    // Both stop early, but a wrong part must be seen all the same.
    if (entries.length === 1 && name === 'Fn::And') return parts.map((part) => truth(part, where)).every(Boolean);
    if (entries.length === 1 && name === 'Fn::Or') return parts.map((part) => truth(part, where)).some(Boolean);
    throw new Error(
      `${where}: ${JSON.stringify(value)} is no condition; known are Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition`,
    );
  };

  const at = (where: string): Scope => ({ ...scope, where, condition });
  return condition;
}
