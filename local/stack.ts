// The deployed stack as the runtime sees it: the template's resources with every intrinsic resolved.

export interface Resource {
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  ref: string;
  /** Properties with intrinsics resolved to local values. */
  properties: any;
  /** What `Fn::GetAtt` gives. */
  attributes: Record<string, string>;
  /** The template's Metadata, e.g. `aws:cdk:path` and `aws:asset:path`, where the synthesizer wrote it. */
  metadata?: Record<string, unknown>;
}

export interface Stack {
  stackName: string;
  region: string;
  accountId: string;
  resources: Resource[];
  /** Resources of one CloudFormation type, in template order. */
  ofType(type: string): Resource[];
  /** The resource whose Ref, Arn or other attribute is `value`; undefined when it is not of this stack. */
  find(type: string, value: string): Resource | undefined;
  outputs: Record<string, string>;
}

/** Invokes a function as the Lambda service does: a payload in, a payload or a function error out. */
export interface Functions {
  /** `functionArn` may be the function's name or ARN. */
  invoke(functionArn: string, event: unknown, options?: InvokeOptions): Promise<InvokeResult>;
}
export interface InvokeOptions {
  /** Counts hops for recursion detection. */
  lineage?: number;
  /** Notified when every sandbox this machine may run is busy: the promise resolves when one takes the event up. */
  waits?: (taken: Promise<void>) => void;
}
export type InvokeResult =
  | { ok: true; payload: any; durationMs: number }
  /** Unhandled exception, timeout or a killed worker. `errorType` as in the function's report. */
  | { ok: false; errorType: string; errorMessage: string; durationMs: number };
