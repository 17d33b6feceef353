// Calls a function for a gateway: the integration URI, the function's own policy, the time limit.
import type { InvokeOptions, Stack } from '../stack.ts';
import type { WebSocketApiDeps } from './gateway-deps.ts';

export type LambdaOutcome =
  | { kind: 'result'; payload: any }
  | { kind: 'failed'; errorType: string; errorMessage: string }
  /** No AWS::Lambda::Permission lets API Gateway invoke the function for this source. */
  | { kind: 'denied' }
  | { kind: 'timeout' };

export type CallLambda = (
  integrationUri: string,
  sourceArn: string,
  event: unknown,
  timeoutMs: number,
) => Promise<LambdaOutcome>;

/**
 * Both forms a template uses: the function's ARN, and API Gateway's
 * `…:lambda:path/2015-03-31/functions/<arn>/invocations`.
 */
export function functionArnOf(integrationUri: string): string {
  return /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(integrationUri)?.[1] ?? integrationUri;
}

export function lambdaCaller(stack: Stack, deps: WebSocketApiDeps): CallLambda {
  const permitted = new Map<string, boolean>();
  return async (integrationUri, sourceArn, event, timeoutMs) => {
    const functionArn = functionArnOf(integrationUri);
    const decision = `${functionArn} ${sourceArn}`;
    if (!permitted.has(decision)) permitted.set(decision, mayInvoke(stack, functionArn, sourceArn));
    if (!permitted.get(decision)) {
      deps.log('API Gateway may not invoke the function: no AWS::Lambda::Permission matches', {
        functionArn,
        sourceArn,
      });
      return { kind: 'denied' };
    }
    let cancel = () => {};
    // AWS would start another sandbox: that this machine runs only a few must not use up the caller's time.
    let waits: InvokeOptions['waits'];
    const limit = new Promise<LambdaOutcome>((resolve) => {
      const arm = () => {
        cancel = deps.clock.at(deps.clock.now() + timeoutMs, () => resolve({ kind: 'timeout' }));
      };
      arm();
      waits = (taken) => {
        cancel();
        void taken.then(arm);
      };
    });
    try {
      return await Promise.race([deps.activity.track(invoke(deps, functionArn, event, waits)), limit]);
    } finally {
      cancel();
    }
  };
}

async function invoke(
  deps: WebSocketApiDeps,
  functionArn: string,
  event: unknown,
  waits: InvokeOptions['waits'],
): Promise<LambdaOutcome> {
  try {
    const result = await deps.functions.invoke(functionArn, event, { waits });
    if (result.ok) return { kind: 'result', payload: result.payload };
    return { kind: 'failed', errorType: result.errorType, errorMessage: result.errorMessage };
  } catch (error) {
    // The Lambda service itself refused (unknown function, throttled): to a client that is one more failed integration.
    deps.log('the invocation was refused', { functionArn, error: String(error) });
    return { kind: 'failed', errorType: 'ServiceError', errorMessage: String(error) };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function mayInvoke(stack: Stack, functionArn: string, sourceArn: string): boolean {
  const wanted = stack.find('AWS::Lambda::Function', functionArn);
  return stack.ofType('AWS::Lambda::Permission').some(({ properties: p }) => {
    const target = stack.find('AWS::Lambda::Function', String(p.FunctionName));
    return (
      wanted !== undefined &&
      target?.logicalId === wanted.logicalId &&
      p.Principal === 'apigateway.amazonaws.com' &&
      (p.Action === 'lambda:InvokeFunction' || p.Action === 'lambda:*') &&
      (p.SourceArn === undefined || arnLike(String(p.SourceArn), sourceArn)) &&
      (p.SourceAccount === undefined || p.SourceAccount === stack.accountId)
    );
  });
}

/** `*` spans slashes, as in AWS's ArnLike within one ARN part; CDK's `/*$connect` relies on it. */
function arnLike(pattern: string, arn: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(arn);
}
