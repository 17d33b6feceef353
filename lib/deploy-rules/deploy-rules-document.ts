// The deploy rules as a document: docs/deploy-rules.md is made from the table that the checks are made from.
import { DEPLOY_RULES } from './deploy-rules.ts';

export function deployRulesDocument(): string {
  const rows = DEPLOY_RULES.map(({ id, holds, otherwise }) => `| \`${id}\` | ${cell(holds)} | ${cell(otherwise)} |`);
  return `# Deploy rules

What makes a deploy, an update, a rollback or a deletion fail on AWS, and what no emulator or linter sees. Every synthesis checks
these rules on the resources of the construct, in an app that uses it too, and stops with the rule's name where one doesn't hold.

An app can acknowledge a rule that doesn't apply to it: \`Validations.of(service).acknowledge({ id: 'Carillon::current-runtime', reason })\`.

Made by \`npx tsx bin/deploy-rules.ts\`.

| Check | What must hold | Otherwise |
| --- | --- | --- |
${rows.join('\n')}

## What only a deploy can show

Whether API Gateway takes an authorizer without identity source, whether the mock integration answers a ping, whether the event
of a closed socket names its user as those before it do, whether SNS reports endpoints that are gone, and whether EventBridge
writes ingestion times with milliseconds. The code works either way where it can.
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
