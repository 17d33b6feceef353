// npm run replay: what requests of the past would do now, beside what they did. Sends nothing.
import { EVERYONE } from '../protocol/user-id.ts';
import { findStack } from './find-stack.ts';
import { asOfNow, compare, type Difference, type Recorded } from './replay-difference.ts';
import { type ReplayedEvent, replayedEvents } from './replay-events.ts';
import { BadInput, readFlags, runCommand } from './run-command.ts';
import { type SignedCall, signedCall } from './signed-call.ts';

const USAGE = `Usage: npm run replay -- --from 2026-11-21T12:00:00Z --to 2026-11-21T13:00:00Z

Replays the archived requests of a time window through POST /internal/explain of the deployed version, and prints where
it says something else than the audit trail. Nothing is sent: replayed events reach a queue that no function reads.

  --from, --to  the window, ISO 8601, at most a day
  --max         at most so many events (default 500)
  --minutes     give up after so long (default 10)
  --json        the whole report as JSON
  --stack       a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
`;

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_EVENTS = 10_000;
/** Our choice: of a request to many, the first so many users are compared. */
const USERS_PER_REQUEST = 10;
const SHOWN = 20;

interface Report {
  events: number;
  requests: number;
  /** Users whose outcome is as it was. */
  same: number;
  /** Nothing recorded: live only, older than what is kept, or on its way. */
  unknown: number;
  /** Topics and everyone have no audit trail of each user. */
  not_compared: number;
  /** The bound was met before the window's end. */
  is_cut: boolean;
  differences: (Difference & { event_id: string; source: string })[];
}

const { values: flags } = readFlags({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    max: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean' },
    stack: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (flags.help) process.stdout.write(USAGE);
else
  await runCommand(async () => {
    const [fromMs, toMs] = [timeOf('from', flags.from), timeOf('to', flags.to)];
    if (toMs <= fromMs || toMs - fromMs > DAY_MS) throw new BadInput('--to must be after --from, by a day at most.');
    const most = numberOf('max', flags.max, MAX_EVENTS);
    const withinMs = numberOf('minutes', flags.minutes, 60) * 60_000;
    const outputs = await findStack(flags.stack);
    const { events, isCut } = await replayedEvents(outputs, { fromMs, toMs, most, withinMs });
    const report = await compareAll(signedCall(outputs), events, isCut);
    process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
  });

async function compareAll(call: SignedCall, events: readonly ReplayedEvent[], isCut: boolean): Promise<Report> {
  const report: Report = {
    events: events.length,
    requests: 0,
    same: 0,
    unknown: 0,
    not_compared: 0,
    is_cut: isCut,
    differences: [],
  };
  for (const event of events) {
    const { requests } = event.detail;
    const isOne = !Array.isArray(requests);
    for (const [at, request] of (isOne ? [event.detail] : requests).entries()) {
      report.requests++;
      await compareOne(call, { event, request, eventId: isOne ? event.id : `${event.id}.${at}` }, report);
    }
  }
  return report;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function compareOne(
  call: SignedCall,
  { event, request, eventId }: { event: ReplayedEvent; request: Record<string, unknown>; eventId: string },
  report: Report,
): Promise<void> {
  // Events that were invalid are archived too.
  const users = isObject(request) ? usersOf(request) : [];
  if (users.length === 0) {
    report.not_compared++;
    return;
  }
  // Without the source, because with it every request would be the duplicate of itself.
  const asked = { request: asOfNow(request, Date.parse(event.time), Date.now()) };
  const explanation = await call('POST', '/internal/explain', asked);
  const id = typeof request.id === 'string' ? request.id : eventId;
  const recorded = new Map<string, Recorded | undefined>();
  for (const user of users) recorded.set(user, await recordOf(call, event.source, id, user, request.org_id));
  const { same, unknown, differences } = compare(explanation, recorded);
  report.same += same;
  report.unknown += unknown;
  report.differences.push(...differences.map((one) => ({ event_id: eventId, source: event.source, ...one })));
}

function usersOf({ user_id: userId, user_ids: userIds }: Record<string, unknown>): string[] {
  if (userId === EVERYONE) return [];
  const named = typeof userId === 'string' ? [userId] : Array.isArray(userIds) ? userIds : [];
  return [...new Set(named.filter((user): user is string => typeof user === 'string'))].slice(0, USERS_PER_REQUEST);
}

async function recordOf(call: SignedCall, source: string, id: string, userId: string, orgId: unknown) {
  const query = new URLSearchParams({ source, user_id: userId, ...(typeof orgId === 'string' && { org_id: orgId }) });
  try {
    return (await call('GET', `/internal/requests/${encodeURIComponent(id)}?${query}`)) as Recorded;
  } catch (error) {
    // Nothing is known of it; everything else ends the command.
    if (error instanceof Error && / answers 404: /.test(error.message)) return undefined;
    throw error;
  }
}

function inWords({
  events,
  requests,
  same,
  unknown,
  not_compared: others,
  is_cut: isCut,
  differences,
}: Report): string {
  const lines = [
    `${events} events with ${requests} requests: ${same} outcomes as they were, ${differences.length} different, ` +
      `${unknown} of which nothing is recorded, ${others} requests to topics, everyone or nobody not compared.`,
    ...differences
      .slice(0, SHOWN)
      .map(
        ({ event_id: id, user_id: user, was, would_be: now, reason }) => `${id} ${user}: ${was} → ${now}. ${reason}`,
      ),
    ...(differences.length > SHOWN ? [`… and ${differences.length - SHOWN} more: --json has all.`] : []),
    ...(isCut ? ['The window has more than was replayed: see --max and --minutes.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function timeOf(name: string, text: string | undefined): number {
  const ms = Date.parse(text ?? '');
  if (!Number.isNaN(ms)) return ms;
  throw new BadInput(`--${name} must be a time such as 2026-11-21T12:00:00Z.`);
}

function numberOf(name: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new BadInput(`--${name} must be a whole number from 1 to ${most}.`);
}
