import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { environmentLines } from '../../bin/environment-lines.ts';

/** What a shell has after it evaluated the lines, beside a variable that was set before. */
function evaluated(outputs: Record<string, string>, name: string, before: Record<string, string> = {}): string {
  const script = `set -eu; eval "$LINES_TO_EVALUATE"; printf '%s' "\${${name}-unset}"`;
  const env = { PATH: process.env.PATH!, ...before, LINES_TO_EVALUATE: environmentLines(outputs) };
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' });
}

const deployed = { region: 'eu-west-1', event_bus_name: 'Bus', http_url: 'https://abc.example.com' };
const local = {
  ...deployed,
  is_local: 'true',
  aws_endpoint_url: 'http://127.0.0.1:4566',
  aws_access_key_id: 'KEY',
  aws_secret_access_key: 'secret',
};

describe('the lines for a shell', () => {
  it('set the region for the CLI and for the SDKs, and an output each', () => {
    const names = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'EVENT_BUS_NAME', 'HTTP_URL'];
    expect(names.map((name) => evaluated(deployed, name))).toEqual([
      'eu-west-1',
      'eu-west-1',
      'Bus',
      'https://abc.example.com',
    ]);
  });

  it('leave your own credentials for a deployed stack', () => {
    expect(evaluated(deployed, 'AWS_PROFILE', { AWS_PROFILE: 'mine' })).toBe('mine');
    expect(evaluated(deployed, 'AWS_ACCESS_KEY_ID', { AWS_ACCESS_KEY_ID: 'MINE' })).toBe('MINE');
  });

  it('replace your own credentials by those of the local runtime', () => {
    const mine = { AWS_PROFILE: 'mine', AWS_ACCESS_KEY_ID: 'MINE', AWS_SESSION_TOKEN: 'token' };
    expect(evaluated(local, 'AWS_ACCESS_KEY_ID', mine)).toBe('KEY');
    expect(evaluated(local, 'AWS_PROFILE', mine)).toBe('unset');
    expect(evaluated(local, 'AWS_SESSION_TOKEN', mine)).toBe('unset');
    expect(evaluated(local, 'AWS_ENDPOINT_URL')).toBe('http://127.0.0.1:4566');
  });

  it('keep a value whole, whatever is in it', () => {
    const odd = `it's "$HOME" \`date\` $(date) \\`;
    expect(evaluated({ ...deployed, audience: odd }, 'AUDIENCE')).toBe(odd);
  });
});
