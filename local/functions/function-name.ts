// A function's short name: the one word its handler file, its log lines, its bill and its faults share.
import type { Resource } from '../stack.ts';

/** Path segments that name a construct's inside, not the construct. */
const INNER = ['resource', 'function', 'handler'];

/**
 * `Carillon/Service/dispatch/Resource` → `dispatch`; `…/dispatch/Function/Resource` → `dispatch`. A template
 * synthesized without path metadata gives the logical id without the hash that ends it.
 */
export function functionName(resource: Resource): string {
  const path = resource.metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return resource.logicalId.replace(/[0-9A-F]{8}$/, '').toLowerCase();
  const segments = path.toLowerCase().split('/');
  while (segments.length > 1 && INNER.includes(segments.at(-1)!)) segments.pop();
  return segments.at(-1)!;
}
