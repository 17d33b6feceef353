// What of a policy statement could never work on AWS: an action that doesn't exist, or one that is about other
// resources.
import { SERVICE_AUTHORIZATION } from './service-authorization.ts';

interface ActionFacts {
  /** Patterns of the ARNs it is about; none: it is about no resource, and only `*` allows it. */
  arns: readonly string[];
  /** Of the actions of mobile push, which of SNS's ARNs a policy must name. */
  mobilePush?: 'application' | 'application and endpoint';
}

/**
 * The reference names no kind of resource for these, yet SNS checks them on a resource: CreatePlatformEndpoint has been
 * seen refused on the application. Which of the two the others are checked on is not documented, so a policy must name
 * both.
 */
const ON_APPLICATIONS = [
  'sns:CreatePlatformEndpoint',
  'sns:GetPlatformApplicationAttributes',
  'sns:ListEndpointsByPlatformApplication',
  'sns:SetPlatformApplicationAttributes',
];
const ON_ENDPOINTS = ['sns:DeleteEndpoint', 'sns:GetEndpointAttributes', 'sns:SetEndpointAttributes'];
const APPLICATION = 'arn:+:sns:+:+:app/+/+';
const ENDPOINT = 'arn:+:sns:+:+:endpoint/+/+/+';

const known = new Map<string, ActionFacts>();
for (const [service, { kinds, actions }] of Object.entries(SERVICE_AUTHORIZATION)) {
  for (const [about, names] of Object.entries(actions)) {
    const arns = about
      .split(' ')
      .filter(Boolean)
      .map((kind) => kinds[kind]!);
    for (const name of names.split(/\s+/).filter(Boolean)) known.set(`${service}:${name}`.toLowerCase(), { arns });
  }
}
for (const action of ON_APPLICATIONS) {
  known.set(action.toLowerCase(), { arns: [APPLICATION, ENDPOINT], mobilePush: 'application' });
}
for (const action of ON_ENDPOINTS) {
  known.set(action.toLowerCase(), { arns: [APPLICATION, ENDPOINT], mobilePush: 'application and endpoint' });
}

known.set('sns:publish', { arns: [...(known.get('sns:publish')?.arns ?? []), APPLICATION, ENDPOINT] });

/** Undefined where AWS has no such action, `unknown` where the reference kept here doesn't cover the service. */
function actionFacts(action: string): ActionFacts | 'unknown' | undefined {
  const facts = known.get(action.toLowerCase());
  if (facts) return facts;
  const service = SERVICE_AUTHORIZATION[action.split(':')[0]!.toLowerCase()];
  return service && !service.isPartial ? undefined : 'unknown';
}

/**
 * An action that is about no resource is allowed by `*` alone, whatever the call names. Undefined where AWS has no such
 * action.
 */
export function checkedResource(action: string, resource: string): string | undefined {
  const facts = actionFacts(action);
  if (!facts) return undefined;
  return facts !== 'unknown' && facts.arns.length === 0 ? '*' : resource;
}

export interface StatementProblem {
  /** `other-resource`: it allows nothing, and so does no harm: CDK's own grants have such actions beside others. */
  kind: 'no-such-action' | 'no-resource' | 'other-resource' | 'mobile-push';
  /** Follows "the statement". */
  text: string;
}

/** Of an Allow statement with `Action` and `Resource`. */
export function statementProblems(actions: readonly string[], resources: readonly string[]): StatementProblem[] {
  return actions.flatMap((action): StatementProblem[] => {
    if (/[*?]/.test(action)) return [];
    const facts = actionFacts(action);
    if (facts === 'unknown') return [];
    if (!facts) return [{ kind: 'no-such-action', text: `allows ${action}, which does not exist` }];
    if (resources.length === 0 || resources.includes('*')) return [];
    const isPublishToPhones = action.toLowerCase() === 'sns:publish' && resources.some((one) => overlap(ENDPOINT, one));
    if (facts.mobilePush || isPublishToPhones) return mobilePushProblems(action, facts.mobilePush, resources);
    if (facts.arns.length === 0) {
      return [{ kind: 'no-resource', text: `allows ${action}, which is about no resource: only "*" allows it` }];
    }
    if (resources.some((resource) => facts.arns.some((arn) => overlap(arn, resource)))) return [];
    const text = `allows ${action} on ${resources.join(', ')}, and AWS checks it on ${facts.arns.join(' or ')}`;
    return [{ kind: 'other-resource', text }];
  });
}

function mobilePushProblems(
  action: string,
  on: ActionFacts['mobilePush'],
  resources: readonly string[],
): StatementProblem[] {
  const needed = on === 'application' ? [APPLICATION] : [APPLICATION, ENDPOINT];
  const missing = needed.filter((arn) => !resources.some((resource) => overlap(arn, resource)));
  return missing.map((arn) => ({
    kind: 'mobile-push',
    text: `allows ${action} without ${arn}, on which SNS may check it`,
  }));
}

/**
 * Whether some text fits both patterns. In both `*` is any text; in the kind's `+` is text without `/` and `:`, in the
 * policy's `?` one character.
 */
function overlap(kind: string, policy: string): boolean {
  const seen = new Set<number>();
  const go = (k: number, p: number): boolean => {
    const state = k * (policy.length + 1) + p;
    if (seen.has(state)) return false;
    seen.add(state);
    const a = kind[k];
    const b = policy[p];
    if (a === undefined && b === undefined) return true;
    if (b === '*') return go(k, p + 1) || (a !== undefined && go(k + 1, p));
    if (a === '*') return go(k + 1, p) || (b !== undefined && go(k, p + 1));
    if (a === '+') return go(k + 1, p) || (b !== undefined && b !== '/' && b !== ':' && go(k, p + 1));
    return a !== undefined && b !== undefined && (a === b || b === '?') && go(k + 1, p + 1);
  };
  return go(0, 0);
}
