// The steps of the smoke test, in the order in which a notification travels.
import type { Outputs } from './find-stack.ts';
import type { SmokeReport } from './smoke-report.ts';
import { openSmokeSocket, type SmokeSocket } from './smoke-socket.ts';
import { smokeStack } from './smoke-stack.ts';

export interface SmokeOptions {
  find(): Promise<Outputs>;
  report: SmokeReport;
  /** How long a frame may take. */
  withinMs: number;
  userId: string;
}

/** Enough that whole seconds show: three times of arrival without a millisecond are no accident (1 in a billion). */
const NOTIFICATIONS = 3;
const EXPIRES_AFTER_MS = 3_600_000;

export async function runSmoke({ find, report, withinMs, userId }: SmokeOptions): Promise<void> {
  const { step } = report;
  const outputs = await step('find the stack', 'the name, AWS_REGION and your AWS credentials', find);
  const log = logsOf(outputs);
  const stack = smokeStack(outputs);
  const sockets: SmokeSocket[] = [];
  const open = async (what: string) => {
    const { url, ticket } = await step(
      `take a ticket ${what}: POST /internal/tickets, signed`,
      `your credentials need execute-api:Invoke on that route; ${log('inbox')}`,
      () => stack.ticket(userId),
    );
    const socket = await step(
      `open a socket with the ticket ${what}`,
      `401 without a line in the log means that the authorizer did not run (its identity source); ${log('authorize')}`,
      () => openSmokeSocket(`${url}?ticket=${ticket}`, withinMs),
    );
    sockets.push(socket);
    return socket;
  };
  /** Adds what the stack itself knows of the failure. */
  const explained = async <Result>(wait: Promise<Result>): Promise<Result> => {
    try {
      return await wait;
    } catch (error) {
      const known = [`Failed messages: ${await stack.failures()}.`, ...(await stack.denied())];
      throw new Error(`${(error as Error).message}\n           ${known.join('\n           ')}`, { cause: error });
    }
  };

  try {
    await step('GET /health', `the URL ${outputs.http_url}; ${log('inbox')}`, stack.health);
    const socket = await open('to receive');
    await step(
      'ping answers pong, without a function',
      'the routes ping and keep_alive of the WebSocket API: their mock integration',
      async () => {
        socket.send({ action: 'keep_alive' });
        socket.send({ action: 'ping' });
        const frames = await socket.until('pong', ({ type }) => type === 'pong', withinMs);
        if (frames.length > 1) throw new Error(`keep_alive was answered: ${JSON.stringify(frames[0])}`);
      },
    );
    const titles = Array.from({ length: NOTIFICATIONS }, (_, at) => `Smoke test ${at + 1}`);
    const expires = new Date(Date.now() + EXPIRES_AFTER_MS).toISOString();
    await step('send with PutEvents', `your credentials need events:PutEvents on ${outputs.event_bus_name}`, () =>
      stack.send(
        titles.map((title) => ({
          user_id: userId,
          title,
          message: 'Sent by npm run smoke',
          notification_type: 'smoke_test',
          expires_at: expires,
        })),
      ),
    );
    const isOurs = ({ type, notification }: any) => type === 'notification' && titles.includes(notification.title);
    const received: any[] = [];
    await step(`receive ${NOTIFICATIONS} frames`, `${log('dispatch')}; the queues named above`, async () => {
      while (received.length < NOTIFICATIONS)
        received.push((await explained(socket.until('notification frame', isOurs, withinMs))).at(-1).notification);
    });
    const [first = '', ...others] = received.map(({ id }) => String(id)).sort();
    const reader = await open('to read back');
    await step('read them back with sync, since the first', log('socket'), async () => {
      reader.send({ action: 'sync', since: first });
      const frames = await explained(reader.until('end of the sync', ({ type }) => type === 'synced', withinMs));
      // Several come in one frame.
      const read = frames.flatMap(({ notification, notifications = [notification] }) =>
        notifications.flatMap((one: any) => one?.id ?? []),
      );
      const missing = others.filter((id) => !read.includes(id));
      if (missing.length > 0) throw new Error(`${missing.length} of ${others.length} were not read back.`);
    });
    reportDeployment(report, outputs, received);
  } finally {
    for (const socket of sockets) socket.close();
    stack.close();
  }
}

/** What no emulator can know: the four things that AWS's documentation leaves open. */
function reportDeployment({ heading, note }: SmokeReport, outputs: Outputs, received: any[]): void {
  const where = outputs.is_local === 'true' ? 'works, on the local runtime' : 'works';
  const isExact = received.some(({ requested_at: at }) => !String(at).endsWith('.000Z'));
  heading('What only a deployment can show');
  note('empty identity source of the WebSocket authorizer', `${where}: the ticket reached the function`);
  note('pong of the mock integration', where);
  note(
    'ingestion time of events in milliseconds',
    isExact ? 'yes' : 'no, whole seconds: within one, order is not kept',
  );
  note(
    'SNS reporting dead endpoints',
    outputs.push_events_topic_arn === undefined
      ? 'not checked: push is off'
      : 'not checked: remove the app from a registered phone and push to it twice',
  );
}

function logsOf(outputs: Outputs): (functionName: string) => string {
  return outputs.is_local === 'true'
    ? (name) => `the lines of ${name} in the terminal of npm start`
    : (name) => `the log group of the function ${name}, in the stack's resources as ${name}Logs`;
}
