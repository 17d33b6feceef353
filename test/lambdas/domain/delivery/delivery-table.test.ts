import { describe, expect, it } from 'vitest';
import { dispatchSystem } from '../../../support/dispatch-system.ts';
import {
  type Behaviour,
  casesOf,
  type DeliveryCase,
  type DeliveryResult,
  expectedResult,
  fewCasesOf,
  PREFERENCE_CHANGES,
  PREFERENCES,
  PRIORITIES,
  NOTIFICATION_TYPE as TYPE,
} from './delivery-case.ts';

const ALICE = 'alice';
type Setting = Awaited<ReturnType<typeof setUp>>;

async function setUp({ sockets, phones, preference, priority, requiresAck }: DeliveryCase) {
  const system = await dispatchSystem();
  const open = await Promise.all(sockets.map((_, at) => system.connect(ALICE, `socket-${at}`)));
  const registered = await Promise.all(phones.map((_, at) => system.phone(ALICE, `phone-${at}`)));
  await system.deps.userStates.change(ALICE, (state) => ({
    preferences: { ...state.preferences, ...PREFERENCE_CHANGES[preference] },
  }));
  const refuse = (targets: { refusal: string | undefined }[], behaviours: Behaviour[], isFirst: boolean) => {
    for (const [at, target] of targets.entries()) {
      const isRefusing = behaviours[at] === 'refuses' || (behaviours[at] === 'once' && isFirst);
      target.refusal = isRefusing ? 'LimitExceededException' : undefined;
    }
  };
  for (const [at, behaviour] of sockets.entries())
    if (behaviour === 'gone') system.memory.sockets.close(`socket-${at}`);
  for (const endpoint of system.memory.sns.endpoints.values()) {
    if (phones[Number(endpoint.token.at(-1))] === 'gone') endpoint.isEnabled = false;
  }
  const send = () =>
    system.enqueue(
      { user_id: ALICE, title: 'T', message: 'M', notification_type: TYPE, priority, requires_ack: requiresAck },
      { eventId: 'event', acceptedAtMs: startMs },
    );
  const startMs = system.clock.ms;
  return {
    system,
    open,
    registered,
    send,
    /** The first try is over for every one that refuses once, on a socket or later on a phone. */
    async run() {
      refuse(open, sockets, true);
      refuse(registered, phones, true);
      await system.drain();
      refuse(open, sockets, false);
      if (system.deps.counted.push_failed !== undefined) refuse(registered, phones, false);
      for (let moment = 0; moment < 200 && (await system.nextMoment()); moment++) {
        if (system.deps.counted.push_failed !== undefined) refuse(registered, phones, false);
      }
    },
  };
}

async function resultOf({ system, open, registered }: Setting): Promise<DeliveryResult> {
  const { memory, deps } = system;
  const rows = (await deps.inbox.newerThan(ALICE, '', 10)).items;
  expect(rows).toHaveLength(1);
  const recipient = await deps.recipients.load(ALICE, { consistent: true });
  expect(memory.queues.dispatch.all()).toEqual([]);
  return {
    frames: open.map(({ frames }) => frames.filter(({ type }) => type === 'notification').length),
    pushes: registered.map(({ pushes }) => pushes.length),
    isSent: rows[0]!.sent_at !== undefined,
    isDeadLettered: memory.queues.deadLetters.all().length > 0,
    retryCount: rows[0]!.retry_count ?? 0,
    forgottenSockets: open.length - recipient.connections.length,
    forgottenPhones: registered.length - recipient.devices.length,
  };
}

const nameOf = (one: DeliveryCase) =>
  `sockets ${one.sockets.join('+') || 'none'}, phones ${one.phones.join('+') || 'none'}${one.requiresAck ? ', ack' : ''}`;

describe.each(PRIORITIES)('a %s notification', (priority) => {
  describe.each(PREFERENCES)('with preference %s', (preference) => {
    it('reaches every socket, else every phone, as the specification says', async () => {
      for (const one of priority === 'high' ? fewCasesOf(preference, priority) : casesOf(preference, priority)) {
        const setting = await setUp(one);
        setting.send();
        await setting.run();
        expect(await resultOf(setting), nameOf(one)).toEqual(expectedResult(one));
      }
    });

    it('is not delivered again when the bus delivers its event twice', async () => {
      for (const one of fewCasesOf(preference, priority)) {
        const setting = await setUp(one);
        setting.send();
        setting.send();
        await setting.run();
        setting.send();
        await setting.run();
        expect(await resultOf(setting), nameOf(one)).toEqual(expectedResult(one));
      }
    });

    it('is delivered by the next try when a function dies after it was stored', async () => {
      for (const one of fewCasesOf(preference, priority)) {
        const setting = await setUp(one);
        const { inbox } = setting.system.deps;
        const { put } = inbox;
        inbox.put = async (...given) => {
          inbox.put = put;
          await put(...given);
          throw new Error('The function dies.');
        };
        setting.send();
        await setting.system.drain();
        await setting.run();
        expect(await resultOf(setting), nameOf(one)).toEqual(expectedResult(one));
      }
    });

    it('is shown once when the queue delivers its message again after it was done', async () => {
      for (const one of fewCasesOf(preference, priority)) {
        const setting = await setUp(one);
        const message = setting.send();
        await setting.run();
        const before = await resultOf(setting);
        await setting.system.dispatch(message.body, { isRedelivery: true }).catch((error) => {
          if (error.name !== 'DeliveryFailed') throw error;
        });
        const ids = setting.open.flatMap(({ frames }) =>
          frames.flatMap((frame) => (frame.type === 'notification' ? [frame.notification.id] : [])),
        );
        const pushed = setting.registered.flatMap(({ pushes }) => pushes.map((push) => push.notification_id));
        expect(new Set([...ids, ...pushed]).size, nameOf(one)).toBe(before.isSent ? 1 : 0);
        expect((await setting.system.deps.inbox.newerThan(ALICE, '', 10)).items).toHaveLength(1);
      }
    });
  });
});
