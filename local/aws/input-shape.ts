// Checks that a JSON request has the types the service's model gives its members, as AWS does before anything else.
import { errorMessage } from '../error-message.ts';
import { AwsError } from './aws-error.ts';

/** A list is `[shape]`, a map of any names `{ '*': shape }`; members not named are let through. */
export type Shape = 'string' | 'number' | 'timestamp' | [Shape] | { [member: string]: Shape };

/** Throws SerializationException naming the member. An absent or null member is fine. */
export function checkShape(value: unknown, shape: Shape, where = 'The request'): void {
  if (value === undefined || value === null) return;
  if (typeof shape === 'string') {
    const fits = shape === 'timestamp' ? ['number', 'string'].includes(typeof value) : typeof value === shape;
    if (!fits) throw wrong(where, `a ${shape}`);
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw wrong(where, 'a list');
    for (const [index, item] of value.entries()) {
      if (item === null || item === undefined) throw wrong(`${where}[${index}]`, 'present');
      checkShape(item, shape[0], `${where}[${index}]`);
    }
  } else {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(where, 'an object');
    for (const [name, member] of Object.entries(value)) {
      const own = Object.hasOwn(shape, name) ? shape[name] : shape['*'];
      if (own === undefined) continue;
      if ((member === null || member === undefined) && '*' in shape) throw wrong(`${where}.${name}`, 'present');
      checkShape(member, own, `${where}.${name}`);
    }
  }
}

/** The request's body as an object of that shape. */
export function readJsonBody(body: Buffer, shape: Shape): any {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch (error) {
    throw new AwsError('SerializationException', `The request's body is not JSON: ${errorMessage(error)}`);
  }
  if (value === null) throw wrong('The request', 'an object');
  checkShape(value, shape);
  return withoutNulls(value);
}

/** A null member means none was given. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)]));
}

function wrong(where: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `${where} must be ${wanted}.`);
}
