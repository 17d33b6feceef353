// Runs a command of bin/: an error is one line that says what to do, not a stack trace.

/** On Node 20 the SDK says at every start what it will need in 2027; whoever runs a command need not read it. */
const SDK_NOTICE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

export async function runCommand(command: () => Promise<void>): Promise<void> {
  process.env[SDK_NOTICE] = 'true';
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
