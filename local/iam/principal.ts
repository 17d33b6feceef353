// Who makes a call, and what a call needs to be allowed.

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Principal {
  /**
   * `operator`, a function's short name (`dispatch`), or an AWS service (`events.amazonaws.com`). Shown in
   * `/_local/calls`.
   */
  name: string;
  arn: string;
  /** Identity policies; for the operator a single allow-all. */
  statements: Statement[];
  /** Set when an AWS service calls by itself and only resource policies can allow it. */
  servicePrincipal?: string;
}

export interface Permission {
  /** `dynamodb:Query` */
  action: string;
  resource: string;
  /** Condition keys of the request, e.g. `dynamodb:LeadingKeys`, `aws:SourceArn`. */
  context?: Record<string, string | string[]>;
  /** Statements of the resource's own policy, where it has one; they can allow a caller of the same account too. */
  resourcePolicy?: Statement[];
}
