// docs/deploy.md is true: its settings are those that are read, its commands run where they can, its lists agree with
// the template.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DEPLOY_RULES } from '../../lib/deploy-rules/deploy-rules.ts';
import { deployRulesDocument } from '../../lib/deploy-rules/deploy-rules-document.ts';
import { SETTING_NAMES, settingsSchema } from '../../lib/settings.ts';
import { appWith, resourcesOf, templateWith } from '../lib/synthesized.ts';
import { type Block, blocks, ROOT, readDocument, section, tabledNames, tableRows } from './markdown.ts';

const document = readDocument('docs/deploy.md');
const all = blocks(document);
const APPLICATION = 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app';
/** The CLI starts Node three times, each of which loads the CDK. */
const CLI_TIMEOUT_MS = 300_000;

function block(text: string): Block {
  const found = all.filter((candidate) => candidate.text.includes(text));
  expect(found, `one block of docs/deploy.md with ${text}`).toHaveLength(1);
  return found[0]!;
}

const shell = async (script: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT });
  return stdout;
};

describe('commands', () => {
  it(
    'ls and synth need no credentials, and ls names the stack of the stage',
    async () => {
      expect((await shell(block('npx cdk ls').text)).trim()).toBe('Carillon');
      const dev = block('-c stage=dev').text.replace('cdk deploy', 'cdk ls');
      expect((await shell(dev)).trim()).toBe('Carillon-dev');
    },
    CLI_TIMEOUT_MS,
  );

  it(
    'what is to be adopted is in the template, under the ids that are printed',
    async () => {
      const printed = await shell(block('kept.json", JSON').text);
      const { Resources } = JSON.parse(readFileSync(join(ROOT, 'cdk.out/kept.json'), 'utf8'));
      const [list] = /\[\n[\s\S]*?\n {2}\]/.exec(block('--resources-to-import').text) ?? [];
      const imported: { ResourceType: string; LogicalResourceId: string }[] = JSON.parse(list!);
      expect(imported).toHaveLength(2);
      for (const { ResourceType: type, LogicalResourceId: id } of imported) {
        expect(printed).toContain(`${type} ${id}`);
        // CloudFormation imports only what has a deletion policy, and takes no reference to what isn't in the template.
        expect(Resources[id]).toMatchObject({ Type: type, DeletionPolicy: 'RetainExceptOnCreate' });
        expect(JSON.stringify(Resources[id])).not.toMatch(/Fn::GetAtt|"Ref":"(?!AWS::)/);
      }
    },
    CLI_TIMEOUT_MS,
  );

  it('every block is run or compared, but for those that need an AWS account', () => {
    const run = ['npx cdk ls', '-c stage=dev', 'kept.json", JSON', '--resources-to-import', '"issuer"'];
    const onAws =
      /^(eval "\$\(npm run --silent outputs -- --env --stack Carillon\)"\n)?(npx cdk (bootstrap|deploy|destroy)|aws (service-quotas|cognito-idp) [^\n]*)\n$/;
    for (const { text, line } of all) {
      expect(onAws.test(text) || run.some((part) => text.includes(part)), `docs/deploy.md:${line}`).toBe(true);
    }
  });
});

describe('settings', () => {
  it('are those that are read', () => {
    const documented = tabledNames(section(document, 'Settings').split('**The issuer')[0]!).filter((name) =>
      /^[a-z]\w+$/.test(name),
    );
    expect(SETTING_NAMES.filter((name) => !documented.includes(name))).toEqual([]);
    const firstCells = tableRows(section(document, 'Settings')).map(([first]) => first ?? '');
    const names = firstCells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((found) => found[1]!));
    expect(names.sort()).toEqual([...SETTING_NAMES].sort());
  });

  it.each(
    ['docs/deploy.md', 'docs/delivery.md'].flatMap((path) =>
      blocks(readDocument(path))
        .filter(({ label }) => label === 'settings')
        .map(({ text, line }) => [`${path}:${line}`, text] as const),
    ),
  )('the example at %s is valid', (_where, text) => {
    expect(() => appWith(settingsSchema.parse(JSON.parse(text)))).not.toThrow();
  });
});

it('what stays when the stack is deleted is what the template retains', () => {
  const webPush = { contact: 'mailto:ops@example.com' };
  const everything = templateWith({ pushApplications: { fcm: APPLICATION }, webPush, archiveDays: 30 });
  const retained = Object.values(everything.toJSON().Resources).filter(
    (one: any) => one.DeletionPolicy === 'RetainExceptOnCreate',
  );
  const documented = tableRows(section(document, 'Delete, and what stays')).map(([, type]) =>
    type!.replaceAll('`', ''),
  );
  expect([...new Set(retained.map((one: any) => one.Type))].sort()).toEqual(documented.sort());
  expect(
    resourcesOf(templateWith({ keepData: false }), ...documented).map(([, one]) => one.DeletionPolicy),
  ).not.toContain('RetainExceptOnCreate');
});

it('docs/deploy-rules.md is what the rules say; `npx tsx bin/deploy-rules.ts` writes it', () => {
  expect(readDocument('docs/deploy-rules.md')).toBe(deployRulesDocument());
  for (const path of ['docs/deploy.md', 'CHANGELOG.md']) {
    expect(readDocument(path)).toMatch(new RegExp(`\\b${DEPLOY_RULES.length} (checks|rules)\\b`));
  }
});
