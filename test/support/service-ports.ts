// The ports that speak to queues, scheduler, bus, SNS and sockets, with what a test sees of the services behind them.
import type { Deps } from '../../lambdas/domain/delivery/ports.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';

export type QueueName = 'dispatch' | 'fanout' | 'rejected' | 'deadLetters';

/** The ports, and the services behind them as a test sees them. */
export interface ServicePorts {
  deps: Pick<
    Deps,
    'tasks' | 'schedules' | 'sender' | 'closer' | 'push' | 'rejected' | 'fanout' | 'failedMessages' | 'bus' | 'fastBus'
  >;
  nowMs(): number;
  advance(seconds: number): Promise<void>;
  /** What is stored, visible or not, oldest first. */
  messages(queue: QueueName): { body: string; attributes: Record<string, string>; isVisible: boolean }[];
  /** The handle of the next visible message, received. */
  receive(queue: QueueName): Promise<string>;
  /** As a function does that has served it. */
  delete(queue: QueueName, handle: string): Promise<void>;
  schedules(): { name: string; atMs: number; body: string }[];
  openSocket(): Promise<{ id: string; frames(): Promise<ServerFrame[]>; isOpen(): boolean; close(): void }>;
  /** Notification ids of the pushes that a phone showed, once all are through. */
  pushed(token: string): Promise<string[]>;
  /** Its provider refuses the token from now on, as after the app was removed. */
  uninstall(token: string): void;
  close(): Promise<void>;
}
