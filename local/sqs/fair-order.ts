// Which available message a receive gets: the oldest, but those of quiet tenants before those of a tenant with a
// backlog.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html

/** A message on a standard queue; its group names a tenant. One without a group is a tenant of its own. */
interface Message {
  groupId: string | undefined;
}

export interface FairOrder<Entry> {
  add(entry: Entry): void;
  delete(entry: Entry): void;
  /** A message of the tenant went in flight, or is no longer. */
  countInFlight(entry: Entry, change: 1 | -1): void;
  /** The next for a receive that has these already; undefined when there is none. */
  next(taken: ReadonlySet<Entry>): Entry | undefined;
}

/**
 * A tenant has a backlog while at least so many of its messages are in flight and they are more than this share of all.
 * AWS's guide says "disproportionately"; the numbers are our reading of it.
 */
const BACKLOG_IN_FLIGHT = 30;
const BACKLOG_SHARE = 0.1;

interface Tenant<Entry> {
  /** In the order they became available. */
  available: Set<Entry>;
  inFlight: number;
}

export function fairOrder<Entry>(messageOf: (entry: Entry) => Message): FairOrder<Entry> {
  const alone = new Set<Entry>();
  const tenants = new Map<string, Tenant<Entry>>();
  const orders = new Map<Entry, number>();
  let added = 0;
  let inFlight = 0;

  const tenantOf = (groupId: string): Tenant<Entry> => {
    let tenant = tenants.get(groupId);
    if (!tenant) {
      tenant = { available: new Set(), inFlight: 0 };
      tenants.set(groupId, tenant);
    }
    return tenant;
  };
  const forget = (groupId: string, { available, inFlight: own }: Tenant<Entry>) => {
    if (available.size === 0 && own === 0) tenants.delete(groupId);
  };
  const hasBacklog = ({ inFlight: own }: Tenant<Entry>) => own >= BACKLOG_IN_FLIGHT && own > inFlight * BACKLOG_SHARE;
  const older = (one: Entry | undefined, other: Entry | undefined): Entry | undefined => {
    if (one === undefined || other === undefined) return one ?? other;
    return orders.get(one)! < orders.get(other)! ? one : other;
  };
  return {
    add(entry) {
      orders.set(entry, added++);
      const { groupId } = messageOf(entry);
      (groupId === undefined ? alone : tenantOf(groupId).available).add(entry);
    },
    delete(entry) {
      if (!orders.delete(entry)) return;
      const { groupId } = messageOf(entry);
      if (groupId === undefined) return void alone.delete(entry);
      const tenant = tenantOf(groupId);
      tenant.available.delete(entry);
      forget(groupId, tenant);
    },
    countInFlight(entry, change) {
      inFlight += change;
      const { groupId } = messageOf(entry);
      if (groupId === undefined) return;
      const tenant = tenantOf(groupId);
      tenant.inFlight += change;
      forget(groupId, tenant);
    },
    next(taken) {
      let quiet = firstOf(alone, taken);
      let noisy: Entry | undefined;
      for (const tenant of tenants.values()) {
        const first = firstOf(tenant.available, taken);
        if (hasBacklog(tenant)) noisy = older(noisy, first);
        else quiet = older(quiet, first);
      }
      return quiet ?? noisy;
    },
  };
}

function firstOf<Entry>(entries: ReadonlySet<Entry>, except: ReadonlySet<Entry>): Entry | undefined {
  for (const entry of entries) if (!except.has(entry)) return entry;
  return undefined;
}
