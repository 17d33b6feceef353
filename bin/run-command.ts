// Runs a command of bin/: an error is one line that says what to do, not a stack trace.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** On Node 20 the SDK prints at every start which version it will need in 2027: noise in the output of a command. */
const SDK_NOTICE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/** As shells have it. */
const BAD_INPUT = 2;

/** What the caller typed is wrong: the command did nothing. */
export class BadInput extends Error {}

export async function runCommand(command: () => Promise<void>): Promise<void> {
  process.env[SDK_NOTICE] = 'true';
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof BadInput ? BAD_INPUT : 1;
  }
}

/** Help that was asked for is output; otherwise it says what was wrong. */
export function showUsage(usage: string, isAskedFor = false): void {
  (isAskedFor ? process.stdout : process.stderr).write(usage);
  if (!isAskedFor) process.exitCode = BAD_INPUT;
}

/** As `parseArgs`; ends the process with one line for a flag that is not known. */
export function readFlags<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node.js adds how to pass such a text all the same, which is of no use to any command here.
    const [sentence] = (error as Error).message.split('. To specify');
    process.stderr.write(`${sentence}. See --help.\n`);
    process.exit(BAD_INPUT);
  }
}
