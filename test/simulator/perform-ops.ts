// Carries out the operations of a plan, each at its time.
import type { Claimer } from './claimer.ts';
import type { Gateway } from './gateway.ts';
import { type Plan, type TimedOp, userName } from './plan.ts';
import type { Producer } from './producer.ts';
import type { Reader } from './reader.ts';
import { createTab, type Tab } from './tab.ts';
import type { World } from './world.ts';

export interface Actors {
  producer: Producer;
  reader: Reader;
  claimer: Claimer;
}

export const tokenOf = (user: number, device: number): string => `${userName(user)}/phone-${device}`;

export function performOps(plan: Plan, world: World, gateway: Gateway, { producer, reader, claimer }: Actors): Tab[] {
  const tabs = new Map<string, Tab>();
  const tabOf = (user: number, tab: number): Tab => {
    const name = `${userName(user)}/tab-${tab}`;
    let found = tabs.get(name);
    if (!found) {
      found = createTab(world, reader, userName(user), name, gateway);
      tabs.set(name, found);
    }
    return found;
  };
  // Made before they are first opened, so that the list is whole from the start.
  for (const op of plan.ops) if (op.kind === 'open' || op.kind === 'refuse') tabOf(op.user, op.tab);
  for (const op of plan.ops) {
    world.time.after(op.atMs, () => {
      perform(op).catch((error) => world.unexpected.push(`${op.kind}: ${error.stack}`));
    });
  }

  async function perform(op: TimedOp): Promise<void> {
    switch (op.kind) {
      case 'request':
        return producer.request(op);
      case 'repeat':
        return producer.repeat(op.of, op.isSameEvent);
      case 'cancel':
        return producer.cancel(op.of);
      case 'invalid':
        return producer.sendInvalid(op.key);
      case 'logout':
        return producer.logOut(userName(op.user));
      case 'open':
        return tabOf(op.user, op.tab).open();
      case 'close':
        return tabOf(op.user, op.tab).close();
      case 'cut':
        return tabOf(op.user, op.tab).cut();
      case 'refuse':
        return tabOf(op.user, op.tab).refuse(true);
      case 'accept':
        return tabOf(op.user, op.tab).refuse(false);
      case 'read':
      case 'unread':
      case 'archive':
        return reader.change(userName(op.user), op);
      case 'markAll':
        return reader.markAll(userName(op.user), op.nth);
      case 'clearAll':
        return reader.clearAll(userName(op.user));
      case 'snooze':
        return reader.snooze(userName(op.user), op.nth, op.forMs);
      case 'unsnooze':
        return reader.unsnooze(userName(op.user), op.nth);
      case 'claim':
      case 'release':
        return claimer.perform(op);
      case 'seeAll':
        return reader.seeAll(userName(op.user));
      case 'preferences':
        return reader.setPreferences(userName(op.user), op.change);
      case 'addDevice':
        return reader.addDevice(userName(op.user), tokenOf(op.user, op.device));
      case 'removeDevice':
        return reader.removeDevice(userName(op.user), tokenOf(op.user, op.device));
      case 'uninstall':
        world.memory.sns.phone(tokenOf(op.user, op.device)).isReachable = false;
        return;
    }
  }
  return [...tabs.values()];
}
