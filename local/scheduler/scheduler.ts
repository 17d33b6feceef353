// EventBridge Scheduler on the movable clock: schedules in groups, one-time ones deleted after completion, and those of
// a rate.
import { createHash } from 'node:crypto';
import { AwsError } from '../aws/aws-error.ts';
import { assumableBy } from '../iam/role-statements.ts';
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import type { Meter } from '../meter.ts';
import { assertSupported } from '../support/check.ts';
import { fire, type InvocationDeps } from './invocation.ts';
import { requestMemory } from './request-memory.ts';
import {
  clientToken,
  groupName,
  invalid,
  type ScheduleRequest,
  scheduleName,
  scheduleRequest,
  type Target,
} from './schedule-request.ts';
import { intervalMs, scheduledTimeMs } from './schedule-time.ts';
import { schedulerSupport } from './support.ts';

export interface SchedulerOptions {
  /**
   * AWS accepts a time already past, and doesn't say when it fires: here at once. Code should survive a refusal too.
   */
  pastSchedules: 'reject' | 'fire';
  /**
   * AWS keeps to the minute, not the second: `late` fires 0 to 59 s after the time, the same for the same seed and
   * name.
   */
  precision: 'exact' | 'late';
  seed: number;
  /** AWS fires at least once: every schedule fires twice. */
  duplicate: boolean;
  /** When a `rate(…)` of the template runs first. */
  recurring: 'after_interval' | 'at_once';
}

export interface SchedulerDeps extends InvocationDeps {
  meter: Meter;
  kept?: KeptState;
}

export interface Schedule extends Omit<ScheduleRequest, 'ClientToken'> {
  Arn: string;
  /** Unix milliseconds. */
  createdMs: number;
  modifiedMs: number;
  /** When it is due; undefined when the zone's clocks skip that time. */
  dueMs: number | undefined;
}

export interface Group {
  Arn: string;
  Name: string;
  State: 'ACTIVE';
  createdMs: number;
}

export interface Scheduler {
  create(input: unknown): { ScheduleArn: string };
  update(input: unknown): { ScheduleArn: string };
  remove(input: { Name: unknown; GroupName?: unknown; ClientToken?: unknown }): void;
  get(input: { Name: unknown; GroupName?: unknown }): Schedule;
  list(): Schedule[];
  group(name: unknown): Group;
  groups(): Group[];
  /** Changes how the scheduler (mis)behaves from now on. */
  configure(options: Partial<SchedulerOptions>): void;
  /** Forgets every schedule that isn't the template's. */
  reset(): void;
}

interface Entry {
  schedule: Schedule;
  cancel(): void;
}

export function createScheduler(deps: SchedulerDeps, initial: Partial<SchedulerOptions> = {}): Scheduler {
  const { stack, clock, meter, log, kept = NOTHING_KEPT } = deps;
  const options: SchedulerOptions = {
    pastSchedules: 'fire',
    precision: 'exact',
    seed: 1,
    duplicate: false,
    recurring: 'after_interval',
    ...initial,
  };
  const entries = new Map<string, Entry>();
  const groups = new Map<string, Group>();
  const answered = requestMemory(clock);
  const arnOf = (kind: 'schedule' | 'schedule-group', name: string) =>
    `arn:aws:scheduler:${stack.region}:${stack.accountId}:${kind}/${name}`;

  const names = [
    'default',
    ...stack.ofType('AWS::Scheduler::ScheduleGroup').map(({ properties, ref }) => properties.Name ?? ref),
  ];
  for (const Name of names) {
    groups.set(Name, { Arn: arnOf('schedule-group', Name), Name, State: 'ACTIVE', createdMs: clock.now() });
  }

  const group = (given: unknown): Group => {
    const name = groupName(given);
    const found = groups.get(name);
    if (!found) throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
    return found;
  };
  const entry = (Name: unknown, GroupName: unknown): Entry => {
    const name = scheduleName(Name);
    const found = entries.get(arnOf('schedule', `${group(GroupName).Name}/${name}`));
    if (!found) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    return found;
  };

  const checkRole = ({ RoleArn }: Target, groupArn: string) => {
    const context = { 'aws:SourceAccount': stack.accountId, 'aws:SourceArn': groupArn };
    const role = stack.find('AWS::IAM::Role', RoleArn);
    if (role && assumableBy(stack, RoleArn, 'scheduler.amazonaws.com', context)) return;
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  };

  const dueTime = (request: ScheduleRequest): number | undefined => {
    const interval = intervalMs(request.ScheduleExpression);
    if (interval !== undefined) return clock.now() + (options.recurring === 'at_once' ? 0 : interval);
    const dueMs = scheduledTimeMs(request.ScheduleExpression, request.ScheduleExpressionTimezone);
    if (dueMs === undefined) {
      log?.(
        `schedule ${request.Name}: ${request.ScheduleExpressionTimezone} has no ${request.ScheduleExpression}; it never fires`,
      );
    } else if (dueMs < clock.now() && options.pastSchedules === 'reject') {
      throw invalid(`Invalid Schedule Expression ${request.ScheduleExpression}. The time is in the past.`);
    }
    return dueMs;
  };

  const put = (request: ScheduleRequest, dueMs: number | undefined, createdMs: number): Schedule => {
    const { ClientToken: _, ...rest } = request;
    const Arn = arnOf('schedule', `${request.GroupName}/${request.Name}`);
    const schedule: Schedule = { ...rest, Arn, createdMs, modifiedMs: clock.now(), dueMs };
    if (intervalMs(request.ScheduleExpression) === undefined) kept.set('schedule', Arn, schedule);
    return start(schedule);
  };
  const start = (schedule: Schedule): Schedule => {
    const { Arn, dueMs } = schedule;
    const added: Entry = { schedule, cancel: () => {} };
    entries.set(Arn, added);
    if (schedule.State === 'DISABLED' || dueMs === undefined) return schedule;
    const interval = intervalMs(schedule.ScheduleExpression);
    if (interval !== undefined) {
      recur(added, interval);
      return schedule;
    }
    const cancelTimer = clock.at(dueMs + latenessMs(Arn), () => {
      let left = options.duplicate ? 2 : 1;
      const done = () => {
        left--;
        if (left === 0 && schedule.ActionAfterCompletion === 'DELETE' && entries.get(Arn) === added) forget(Arn);
      };
      const firings = Array.from({ length: left }, () => {
        meter.add('scheduler_invocations', 1, schedule.GroupName);
        return fire({ scheduleArn: Arn, target: schedule.Target, scheduledMs: dueMs, done }, deps);
      });
      added.cancel = () => {
        for (const giveUp of firings) giveUp();
      };
    });
    added.cancel = cancelTimer;
    return schedule;
  };
  const forget = (arn: string) => {
    entries.delete(arn);
    kept.delete('schedule', arn);
  };
  /** Runs it at its time and again an interval later, until it is cancelled. */
  const recur = (added: Entry, interval: number) => {
    const { schedule } = added;
    const scheduledMs = schedule.dueMs!;
    added.cancel = clock.at(
      scheduledMs,
      () => {
        meter.add('scheduler_invocations', 1, schedule.GroupName);
        const giveUp = fire({ scheduleArn: schedule.Arn, target: schedule.Target, scheduledMs, done: () => {} }, deps);
        schedule.dueMs = clock.now() + interval;
        recur(added, interval);
        const cancelNext = added.cancel;
        added.cancel = () => {
          giveUp();
          cancelNext();
        };
      },
      { isRecurring: true },
    );
  };
  const latenessMs = (arn: string): number => {
    if (options.precision === 'exact') return 0;
    return (createHash('sha256').update(`${options.seed} ${arn}`).digest().readUInt32BE() % 60) * 1000;
  };

  const scheduler: Scheduler = {
    create(input) {
      const request = scheduleRequest(input);
      return answered('create', request.ClientToken, request, () => {
        const { Arn: groupArn } = group(request.GroupName);
        if (entries.has(arnOf('schedule', `${request.GroupName}/${request.Name}`))) {
          throw new AwsError('ConflictException', `Schedule ${request.Name} already exists.`, 409);
        }
        const dueMs = dueTime(request);
        checkRole(request.Target, groupArn);
        return { ScheduleArn: put(request, dueMs, clock.now()).Arn };
      });
    },
    update(input) {
      const request = scheduleRequest(input);
      return answered('update', request.ClientToken, request, () => {
        const found = entry(request.Name, request.GroupName);
        const dueMs = dueTime(request);
        checkRole(request.Target, group(request.GroupName).Arn);
        found.cancel();
        return { ScheduleArn: put(request, dueMs, found.schedule.createdMs).Arn };
      });
    },
    remove({ Name, GroupName, ClientToken }) {
      answered('delete', clientToken(ClientToken), { Name, GroupName }, () => {
        const found = entry(Name, GroupName);
        found.cancel();
        forget(found.schedule.Arn);
        return {};
      });
    },
    get: ({ Name, GroupName }) => entry(Name, GroupName).schedule,
    list: () => [...entries.values()].map(({ schedule }) => schedule),
    group,
    groups: () => [...groups.values()],
    configure(changed) {
      Object.assign(options, changed);
    },
    reset() {
      for (const [arn, { cancel }] of [...entries]) {
        cancel();
        forget(arn);
      }
      answered.forget();
      createTemplateSchedules();
    },
  };
  const createTemplateSchedules = () => {
    for (const resource of stack.ofType('AWS::Scheduler::Schedule')) {
      assertSupported(resource, schedulerSupport.types);
      scheduler.create({ Name: resource.ref, ...resource.properties });
    }
  };
  createTemplateSchedules();
  // What fell due meanwhile fires at once.
  for (const [arn, schedule] of kept.entries<Schedule>('schedule')) if (!entries.has(arn)) start(schedule);
  return scheduler;
}
