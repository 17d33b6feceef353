// A synthesized CloudFormation template, as far as its outer shape goes.

export interface Template {
  Parameters?: Record<string, TemplateParameter>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Condition?: string; Description?: string; Export?: unknown }>;
  [section: string]: unknown;
}
export interface TemplateParameter {
  Type: string;
  Default?: unknown;
  [key: string]: unknown;
}
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
  DependsOn?: string | string[];
  Metadata?: Record<string, unknown>;
  [key: string]: unknown;
}
