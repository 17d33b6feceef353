// A runtime that can be stopped and started again on the same port.
import { synthesize } from '../../../local/assembly.ts';
import { startDynamoDbEngine } from '../../../local/dynamodb-engine.ts';
import { LOCAL_SETTINGS } from '../../../local/local-settings.ts';
import { startRuntime } from '../../../local/runtime.ts';

export async function restartable() {
  const assembly = await synthesize(LOCAL_SETTINGS);
  const begin = async (port: number) => {
    const engine = await startDynamoDbEngine();
    const runtime = await startRuntime({ assembly, engine, port, awsPort: 0, log: () => undefined });
    return { runtime, engine };
  };
  let running: Awaited<ReturnType<typeof begin>> | undefined = await begin(0);
  const url = running.runtime.outputs().http_url!;
  return {
    url,
    async stop() {
      await running?.runtime.close();
      await running?.engine.close();
      running = undefined;
    },
    async start() {
      running = await begin(Number(new URL(url).port));
    },
    async send(title: string) {
      const detail = { user_id: 'alice', title, message: 'A message', notification_type: 'system' };
      const response = await fetch(`${url}/_local/events`, { method: 'POST', body: JSON.stringify({ detail }) });
      if (!response.ok) throw new Error(`Not sent: ${response.status}`);
    },
  };
}
