// EventBridge Scheduler's wire protocol: REST with JSON bodies.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
import type { Permission } from '../iam/principal.ts';
import { invalid } from '../scheduler/schedule-request.ts';
import type { Group, Schedule, Scheduler } from '../scheduler/scheduler.ts';
import type { Stack } from '../stack.ts';
import { AwsError } from './aws-error.ts';
import { notEmulated } from './not-emulated.ts';
import type { Operation, Service, WireRequest } from './service.ts';

const MAX_PAGE = 100;

export function schedulerService(scheduler: Scheduler, stack: Stack): Service {
  const arn = (rest: string) => `arn:aws:scheduler:${stack.region}:${stack.accountId}:${rest}`;
  const onSchedule = (name: string, action: string, group: unknown): Permission => ({
    action: `scheduler:${action}`,
    resource: arn(`schedule/${group || 'default'}/${name}`),
  });
  const passRole = (input: any): Permission[] => {
    const role = input.Target?.RoleArn;
    if (typeof role !== 'string') return [];
    return [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } }];
  };

  const onOneSchedule = (method: string, Name: string, request: WireRequest): Operation | undefined => {
    if (method === 'POST' || method === 'PUT') {
      const name = method === 'POST' ? 'CreateSchedule' : 'UpdateSchedule';
      const input: Record<string, any> = { ...readJson(request), Name };
      return {
        name,
        input,
        permissions: [onSchedule(Name, name, input.GroupName), ...passRole(input)],
        run: async () => (method === 'POST' ? scheduler.create(input) : scheduler.update(input)),
      };
    }
    const input = {
      Name,
      GroupName: request.query.get('groupName') ?? undefined,
      ClientToken: request.query.get('clientToken') ?? undefined,
    };
    if (method === 'GET') {
      return {
        name: 'GetSchedule',
        input,
        permissions: [onSchedule(Name, 'GetSchedule', input.GroupName)],
        run: async () => whole(scheduler.get(input)),
      };
    }
    if (method !== 'DELETE') return undefined;
    return {
      name: 'DeleteSchedule',
      input,
      permissions: [onSchedule(Name, 'DeleteSchedule', input.GroupName)],
      run: async () => {
        scheduler.remove(input);
        return {};
      },
    };
  };

  const listSchedules = (query: URLSearchParams): Operation => {
    const input = Object.fromEntries(query);
    return {
      name: 'ListSchedules',
      input,
      permissions: [{ action: 'scheduler:ListSchedules', resource: '*' }],
      run: async () => {
        const { ScheduleGroup, NamePrefix = '', State } = input;
        if (ScheduleGroup !== undefined) scheduler.group(ScheduleGroup);
        const found = scheduler
          .list()
          .filter(({ GroupName }) => ScheduleGroup === undefined || GroupName === ScheduleGroup)
          .filter(({ Name }) => Name.startsWith(NamePrefix))
          .filter((schedule) => State === undefined || schedule.State === State);
        const { items, NextToken } = page(found, input);
        return { Schedules: items.map(summary), NextToken };
      },
    };
  };

  const listGroups = (query: URLSearchParams): Operation => {
    const input = Object.fromEntries(query);
    return {
      name: 'ListScheduleGroups',
      input,
      permissions: [{ action: 'scheduler:ListScheduleGroups', resource: '*' }],
      run: async () => {
        const found = scheduler.groups().filter(({ Name }) => Name.startsWith(input.NamePrefix ?? ''));
        const { items, NextToken } = page(found, input);
        return { ScheduleGroups: items.map(groupView), NextToken };
      },
    };
  };

  return {
    name: 'scheduler',
    signingName: 'scheduler',
    decode(request) {
      const { method, path, query } = request;
      const [collection, encodedName, ...rest] = path.replace(/\/+$/, '').split('/').slice(1);
      const name = decode(encodedName ?? '');
      let operation: Operation | undefined;
      if (rest.length > 0) operation = undefined;
      else if (collection === 'schedules' && name) operation = onOneSchedule(method, name, request);
      else if (collection === 'schedules' && method === 'GET') operation = listSchedules(query);
      else if (collection === 'schedule-groups' && !name && method === 'GET') operation = listGroups(query);
      else if (collection === 'schedule-groups' && method === 'GET') {
        operation = {
          name: 'GetScheduleGroup',
          input: { Name: name },
          permissions: [{ action: 'scheduler:GetScheduleGroup', resource: arn(`schedule-group/${name}`) }],
          run: async () => groupView(scheduler.group(name)),
        };
      }
      if (operation) return operation;
      throw notEmulated(`EventBridge Scheduler's ${method} ${path}`, 'Schedule groups come from the template.');
    },
    encode: (_operation, result) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(result),
    }),
    encodeError: ({ code, message, status, members }) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ Message: message, ...members }),
    }),
  };
}

const decode = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) throw invalid(`${part} is not percent-encoded UTF-8.`);
    throw error;
  }
};

function readJson({ body }: WireRequest): object {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'The request body must be a JSON object.');
  }
  return value;
}

/** JSON times of this protocol are Unix seconds. */
const seconds = (ms: number) => ms / 1000;

function whole({ createdMs, modifiedMs, dueMs: _, ...schedule }: Schedule) {
  return { ...schedule, CreationDate: seconds(createdMs), LastModificationDate: seconds(modifiedMs) };
}

function summary({ Arn, Name, GroupName, State, Target, createdMs, modifiedMs }: Schedule) {
  const dates = { CreationDate: seconds(createdMs), LastModificationDate: seconds(modifiedMs) };
  return { Arn, Name, GroupName, State, Target: { Arn: Target.Arn }, ...dates };
}

function groupView({ createdMs, ...group }: Group) {
  return { ...group, CreationDate: seconds(createdMs), LastModificationDate: seconds(createdMs) };
}

/** A token is the ARN of the last item given, so a page is right even when schedules come and go between two calls. */
function page<T extends { Arn: string }>(found: T[], { MaxResults, NextToken }: Record<string, string | undefined>) {
  const size = MaxResults === undefined ? MAX_PAGE : Number(MaxResults);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw invalid(`MaxResults must be a whole number from 1 to ${MAX_PAGE}, not ${MaxResults}.`);
  }
  const sorted = [...found].sort((a, b) => (a.Arn < b.Arn ? -1 : a.Arn > b.Arn ? 1 : 0));
  const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString('utf8');
  if (NextToken !== undefined && !after.startsWith('arn:')) throw invalid('Invalid NextToken.');
  const rest = sorted.filter(({ Arn }) => Arn > after);
  const items = rest.slice(0, size);
  return { items, NextToken: rest.length > size ? Buffer.from(items.at(-1)!.Arn).toString('base64url') : undefined };
}
