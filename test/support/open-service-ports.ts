// The ports of services on a chosen implementation: in memory, or the functions' own code on the local runtime.
import { localServicePorts } from './local-service-ports.ts';
import { createMemory } from './memory/memory.ts';
import { memoryDeps } from './memory/memory-deps.ts';
import { STARTS_AT_MS } from './ports-on.ts';
import type { ServicePorts } from './service-ports.ts';

export type ServiceKind = 'memory' | 'local runtime';
export const SERVICE_KINDS: ServiceKind[] = ['memory', 'local runtime'];

export const servicePorts = async (kind: ServiceKind): Promise<ServicePorts> =>
  kind === 'memory' ? memoryServicePorts() : localServicePorts();

function memoryServicePorts(): ServicePorts {
  const clock = { ms: STARTS_AT_MS, now: () => clock.ms };
  const memory = createMemory(clock);
  let opened = 0;
  return {
    deps: memoryDeps(memory),
    nowMs: clock.now,
    async advance(seconds) {
      clock.ms += seconds * 1000;
      for (const { body } of memory.schedules.takeDue()) memory.queues.dispatch.send(body);
    },
    messages: (queue) =>
      memory.queues[queue].all().map(({ body, attributes, visibleAtMs }) => {
        return { body, attributes, isVisible: visibleAtMs <= clock.ms };
      }),
    delete: async (queue, handle) => memory.queues[queue].delete(handle.split('/')[0]!),
    receive: async (queue) => memory.queues[queue].receive(1, 30_000)[0]!.handle,
    schedules: () => memory.schedules.all(),
    async openSocket() {
      const socket = memory.sockets.open(`socket-${++opened}`);
      return {
        id: socket.id,
        frames: async () => socket.frames,
        isOpen: () => socket.isOpen,
        close: () => memory.sockets.close(socket.id),
      };
    },
    pushed: async (token) => memory.sns.phone(token).pushes.map((content) => content.notification_id),
    uninstall: (token) => {
      memory.sns.phone(token).isReachable = false;
    },
    close: async () => undefined,
  };
}
