// What one resource is called and what others read of it: the result of Ref and of each Fn::GetAtt.

export interface Identity {
  ref: string;
  attributes: Record<string, string>;
}

/** What a type's entry in `identities` may ask about the resource. */
export interface Identified {
  logicalId: string;
  stackName: string;
  region: string;
  accountId: string;
  /** Where queues live locally, e.g. `http://127.0.0.1:4566`. */
  awsBaseUrl: string;
  /** A property as text, with intrinsics resolved; undefined when absent. */
  property(name: string): string | undefined;
  /** The explicit name, or a generated one of at most `maxLength` characters. */
  name(property: string, maxLength: number): string;
  id(length: number, letterCase?: 'lower' | 'mixed'): string;
  uuid(): string;
  /** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` */
  arn(service: string, resource: string): string;
}

export type Identify = (resource: Identified) => { ref: string; attributes?: Record<string, string> };
