// A WebSocket API's MOCK integration: request template → status → integration response → the frame that goes back.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-mock-integration.html
import type { Resource, Stack } from '../stack.ts';
import { checkProperties, notEmulated } from './check-properties.ts';
import { type MappingTemplate, mappingTemplate, type TemplateScope } from './mapping-template.ts';

export type MockIntegration = (scope: TemplateScope) => { ok: true; frame: string | undefined } | { ok: false };

interface Answer {
  matches(status: string): boolean;
  render: MappingTemplate | undefined;
}

export function mockIntegration(stack: Stack, integration: Resource): MockIntegration {
  const { RequestTemplates = {}, TemplateSelectionExpression = '$default' } = integration.properties;
  const request = chosenTemplate(integration, RequestTemplates, TemplateSelectionExpression);
  const answers = stack
    .ofType('AWS::ApiGatewayV2::IntegrationResponse')
    .filter((response) => response.properties.IntegrationId === integration.ref)
    .map(answerOf)
    // `$default` catches what no other key matches.
    .sort((a, b) => Number(a.isDefault) - Number(b.isDefault));

  return (scope) => {
    const body = request?.(scope) ?? '';
    const status = /"statusCode"\s*:\s*"?(\d{3})/.exec(body)?.[1];
    const answer = status === undefined ? undefined : answers.find((candidate) => candidate.matches(status));
    if (!answer) return { ok: false };
    return { ok: true, frame: answer.render?.({ ...scope, body }) };
  };
}

function answerOf(response: Resource): Answer & { isDefault: boolean } {
  checkProperties(response);
  const { IntegrationResponseKey: key, ResponseTemplates = {}, TemplateSelectionExpression } = response.properties;
  const isDefault = key === '$default';
  const pattern = /^\/(.+)\/$/.exec(key)?.[1];
  if (!isDefault && !pattern)
    notEmulated(response, 'IntegrationResponseKey', key, 'It is $default or /<status pattern>/.');
  const matching = pattern && new RegExp(`^(?:${pattern})$`);
  return {
    isDefault,
    matches: (status) => !matching || matching.test(status),
    render: chosenTemplate(response, ResponseTemplates, TemplateSelectionExpression ?? '$default'),
  };
}

/** The selection expression must be a constant; a template under another name is never used, yet checked as well. */
function chosenTemplate(resource: Resource, templates: Record<string, string>, selection: string) {
  const key = selection.replace(/^\\/, '');
  if (key.includes('$') && key !== '$default') {
    notEmulated(resource, 'TemplateSelectionExpression', selection, "Use a constant, e.g. '200'.");
  }
  const compiled = Object.entries(templates).map(
    ([name, text]) => [name, mappingTemplate(text, `${resource.logicalId} (${resource.type})`)] as const,
  );
  const byName = new Map(compiled);
  return byName.get(key) ?? byName.get('$default');
}
