// Runs the commands that documents print, one after the other as a reader does, in each shell that is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './markdown.ts';

/** Where .ci/run installs the AWS CLI. */
const AWS_CLI = join(ROOT, '.carillon/awscli/bin');

/** Of what a reader's terminal has, only this: a command must not need a variable that no document set. */
const FROM_TERMINAL = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'npm_config_cache'];

const environment = (): Record<string, string> => ({
  ...Object.fromEntries(FROM_TERMINAL.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
  ...(existsSync(AWS_CLI) && { PATH: `${AWS_CLI}${delimiter}${process.env.PATH}` }),
  // No credentials of the machine, wherever they come from.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});

export const isInstalled = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore', env: environment() }).status === 0;

/** CI names the tools it has installed, so that a test which needs one fails there instead of being skipped. */
export function canRun(command: string): boolean {
  const isRequired = (process.env.REQUIRED_TOOLS ?? '').split(' ').includes(command);
  return isRequired || isInstalled(command);
}

/** An undefined variable and a failed command end the script. Rejects with what was printed. */
const STRICT = { bash: ['--norc', '-euo', 'pipefail'], zsh: ['--no-rcs', '-euo', 'pipefail'] };
export type Shell = keyof typeof STRICT;
export const SHELLS = Object.keys(STRICT) as Shell[];

export function runIn(shell: Shell, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell, [...STRICT[shell], '-c', script], {
      cwd: ROOT,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${shell} ended with ${code}:\n${script}\n${printed}`));
    });
  });
}
