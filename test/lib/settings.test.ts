// The settings of a stage: one file, checked as a whole, so that a deploy can't forget one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStage, SETTING_NAMES } from '../../lib/settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As `npx cdk deploy -c name=value` reads `config/<stage>.json`. */
function stage(flags: Record<string, string> = {}, files: Record<string, unknown> = { production: {} }) {
  for (const [name, settings] of Object.entries(files)) {
    const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
    writeFileSync(join(folder, `${name}.json`), text);
  }
  return readStage(new App({ context: flags }).node, folder);
}

describe('a stage', () => {
  it('is production unless another is named, with a stack of its own', () => {
    const files = { production: {}, dev: { keepData: false } };
    expect(stage({}, files)).toMatchObject({ stackName: 'Carillon', service: { removalPolicy: KEPT } });
    expect(stage({ stage: 'dev' }, files)).toMatchObject({
      stackName: 'Carillon-dev',
      service: { removalPolicy: RemovalPolicy.DESTROY },
    });
  });

  it('has the settings of its file', () => {
    const settings = {
      stackName: 'Notifications',
      issuer: 'https://login.example.com',
      audience: ['my-app'],
      retentionDays: 30,
      presets: ['shopping'],
      pushApplications: { fcm: 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app' },
      webPush: { contact: 'mailto:ops@example.com' },
      maxConcurrency: { dispatch: 5 },
    };
    const { stackName, presets, service } = stage({}, { production: settings });
    expect({ stackName, presets }).toEqual({ stackName: 'Notifications', presets: ['shopping'] });
    const { stackName: _name, presets: _presets, ...rest } = settings;
    expect(service).toEqual({ ...rest, removalPolicy: KEPT });
  });

  it.each(['production', 'dev'])('%s of this repository is valid', (name) => {
    expect(() => readStage(new App({ context: { stage: name } }).node)).not.toThrow();
  });
});

const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

describe('a settings file that is wrong is refused with what to write', () => {
  it.each<[string, unknown, string]>([
    ['an unknown setting', { isuer: 'https://login.example.com' }, 'there is no setting "isuer". The settings are'],
    ['a wrong type', { retentionDays: '90' }, 'config/production.json: "retentionDays" is "90"'],
    ['an unknown part', { pushApplications: { gcm: 'arn' } }, '"pushApplications" has no "gcm". Remove it.'],
    ['an unknown function', { memorySizeMb: { worker: 512 } }, '"memorySizeMb" has no "worker"'],
    ['a name CloudFormation refuses', { stackName: 'my stack' }, '"stackName" is "my stack": must be letters'],
    ['a list', [], 'must be an object of settings'],
    ['no JSON', '{', 'config/production.json is no JSON'],
    ['a contradiction', { keepData: false, deletionProtection: true }, '"keepData": false is to delete. Remove one'],
  ])('%s', (_what, settings, message) => {
    expect(() => stage({}, { production: settings })).toThrow(message);
  });

  it('a stage without a file', () => {
    expect(() => stage({ stage: 'staging' })).toThrow(
      'There is no stage "staging": write config/staging.json, {} for the defaults, or use -c stage= with one of',
    );
    expect(() => stage({ stage: '../production' })).toThrow('a stage is named with small letters');
  });
});

describe('a setting on the command line', () => {
  it.each([...SETTING_NAMES, 'pushFcm', 'pushApns', 'pushApnsSandbox'])('-c %s is refused', (name) => {
    expect(() => stage({ [name]: 'x' })).toThrow(`-c ${name} is not read: write "`);
  });

  it('is refused because the next deploy would forget it', () => {
    expect(() => stage({ issuer: 'https://login.example.com' })).toThrow(
      '-c issuer is not read: write "issuer" into config/production.json, where the next deploy finds it too.',
    );
  });
});
