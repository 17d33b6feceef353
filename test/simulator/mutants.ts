// Fixes of faults that were found by hand, each as the change that takes it out again: the simulator must find every
// one of them.

export interface Mutant {
  name: string;
  /** What users saw before the fix. */
  symptom: string;
  edits: { file: string; from: string; to: string }[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'filed late',
    symptom: '`sync` leaves out what was stored late',
    edits: [
      {
        file: 'lambdas/domain/model/filing.ts',
        from: 'const isLate = nowMs - timeMs > FILED_LATE_MS;',
        to: 'const isLate = nowMs < timeMs;',
      },
    ],
  },
  {
    name: 'overlap of sync',
    symptom: '`sync` leaves out what was under way when the client last asked',
    edits: [
      {
        file: 'lambdas/domain/inbox/sync.ts',
        from: 'idTimeMs(since) - SETTLING_MS',
        to: 'idTimeMs(since)',
      },
    ],
  },
  {
    name: 'marks behind puts',
    symptom: 'what is stored slowly while all is marked is born read, or archived',
    edits: [
      {
        file: 'lambdas/domain/inbox/change-inbox.ts',
        from: 'firstKeyAt(deps.clock.now() - SETTLING_MS)',
        to: 'firstKeyAt(deps.clock.now())',
      },
    ],
  },
  {
    name: 'second look for sockets',
    symptom: 'a socket that connects while its notification is stored is sent nothing',
    edits: [
      {
        file: 'lambdas/domain/delivery/open-channels.ts',
        from: 'if (open.sockets.length > 0 || !open.maySend) return open;',
        to: 'if (open !== undefined) return open;',
      },
    ],
  },
  {
    name: 'requests by audience',
    symptom: 'one id for two audiences, one of them scheduled: the second never gets it',
    edits: [
      {
        file: 'lambdas/domain/schedule/request-key.ts',
        from: '  if (userId !== undefined) return `user:${userId}`;',
        to: "  if (userId !== undefined || topic !== undefined || userIds !== undefined) return 'all';",
      },
    ],
  },
  {
    name: 'deadline of dispatch',
    symptom: 'one slow message times the function out, and its neighbours are repeated',
    edits: [
      {
        file: 'lambdas/domain/dispatch-batch.ts',
        from: 'if (endsAtMs - nowMs < NEEDED_MS)',
        to: 'if (endsAtMs < nowMs)',
      },
      {
        file: 'lambdas/domain/dispatch-batch.ts',
        from: 'withDeadline(deps, nowMs + MESSAGE_MAX_MS)',
        to: 'withDeadline(deps, nowMs + 3_600_000)',
      },
    ],
  },
  {
    name: 'unreachable after two refusals',
    symptom: 'sockets that refuse every post dead-letter what the inbox has, and nobody is pushed',
    edits: [
      {
        file: 'lambdas/domain/delivery/deliver.ts',
        from: 'const SOCKET_TRIES = 2;',
        to: 'const SOCKET_TRIES = 1_000;',
      },
      {
        file: 'lambdas/domain/delivery/deliver.ts',
        from: '  isLastTry || (isRedelivery && (',
        to: '  (isRedelivery && (',
      },
    ],
  },
  {
    name: 'claim of the push to everyone',
    symptom: 'everyone is pushed twice when the function dies between the push and its note',
    edits: [
      {
        file: 'lambdas/domain/delivery/push-to-everyone.ts',
        from: 'if (!(await claim(deps, stored.id, by, nowMs))) return;',
        to: '',
      },
      {
        file: 'lambdas/domain/delivery/push-to-everyone.ts',
        from: "if (outcome === 'pushed') return deps.metrics.count('pushed');",
        to: "if (outcome === 'pushed') return void (await claim(deps, stored.id, by, nowMs));",
      },
    ],
  },
  {
    name: 'id of live-only frames',
    symptom: 'a live-only frame that comes twice shows twice',
    edits: [
      {
        file: 'lambdas/domain/delivery/deliver-live.ts',
        from: "    type: 'event',\n    id,",
        to: "    type: 'event',\n    id: `${id} ${Math.random()}`,",
      },
    ],
  },
  {
    name: 'ticket and logout',
    symptom: 'a ticket from before a logout opens a socket after it',
    edits: [
      {
        file: 'lambdas/domain/sockets/logout.ts',
        from: 'atMs !== undefined && wasIssuedBefore(issuedAt, atMs)',
        to: 'atMs !== undefined && issuedAt === undefined',
      },
    ],
  },
  {
    name: 'ticket and token',
    symptom: 'a ticket outlives the token it was made with',
    edits: [
      {
        file: 'lambdas/domain/sockets/ticket.ts',
        from: 'Math.min(nowMs + ttlSeconds * 1000, endsAtMs)',
        to: 'Math.max(nowMs + ttlSeconds * 1000, Math.min(nowMs, endsAtMs))',
      },
    ],
  },
  {
    name: 'end of a credential',
    symptom: 'a socket is sent to after its token has ended',
    edits: [
      {
        file: 'lambdas/domain/sockets/close-sockets.ts',
        from: 'connections.filter((connection) => hasEnded(connection, nowMs))',
        to: 'connections.filter((connection) => hasEnded(connection, nowMs - 3_600_000))',
      },
    ],
  },
  {
    name: 'condition on a snooze',
    symptom: 'a notification comes back though its snooze was taken back',
    edits: [
      {
        file: 'lambdas/domain/delivery/end-snooze.ts',
        from: '  if (found.state.snoozed_until !== until) return false;\n',
        to: '',
      },
      {
        file: 'lambdas/domain/delivery/end-snooze.ts',
        from: 'const options = { ifSnoozedUntil: until };',
        to: 'const options = {};',
      },
    ],
  },
  {
    name: 'unread of what is snoozed',
    symptom: 'a notification is counted that no list shows, as another tab marked it unread while it was snoozed',
    edits: [
      {
        file: 'lambdas/domain/inbox/change-notification.ts',
        from: '{ unlessArchived: true, ifSnoozedUntil: null }',
        to: '{ unlessArchived: true }',
      },
    ],
  },
  {
    name: 'wake-up before the snooze',
    symptom: 'a notification does not come back when the function dies between the row and the wake-up',
    edits: [
      {
        file: 'lambdas/domain/inbox/snooze.ts',
        from: '  await deps.tasks.send([',
        to: '  const wake = () => deps.tasks.send([',
      },
      {
        file: 'lambdas/domain/inbox/snooze.ts',
        from: '  return storeChange(deps, userId, found, change, {\n    unlessArchived',
        to: '  const changed = await storeChange(deps, userId, found, change, {\n    unlessArchived',
      },
      {
        file: 'lambdas/domain/inbox/snooze.ts',
        from: 'ttlSeconds: Math.ceil(ttlSeconds) }),\n  });\n',
        to: 'ttlSeconds: Math.ceil(ttlSeconds) }),\n  });\n  await wake();\n  return changed;\n',
      },
    ],
  },
  {
    name: 'holder of a claim as stored',
    symptom: 'two users are answered that they have the claim',
    edits: [
      {
        file: 'lambdas/domain/inbox/claim.ts',
        from: 'const after = claimView(id, seconds, state, nowMs);\n  if (state',
        to: 'const after = claimView(id, seconds, { ...state, holder }, nowMs);\n  if (state',
      },
    ],
  },
];

/** Throws when a fix has changed so that its edit no longer applies. */
export function applyMutant({ name, edits }: Mutant, file: string, source: string): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { from, to }) => {
      if (text.split(from).length !== 2) throw new Error(`The mutant "${name}" no longer applies to ${file}.`);
      return text.replace(from, () => to);
    }, source);
}
