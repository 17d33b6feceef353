// The control API, for tests that move time, break things or count.
import type { AlarmState } from '../../local/cloudwatch/alarms.ts';

export type LocalControl = ReturnType<typeof localControl>;

export function localControl(httpUrl: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${httpUrl}/_local/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer: any = await response.json();
    if (!response.ok) throw new Error(`${method} /_local/${path}: ${answer.message}`);
    return answer;
  };
  return {
    call,
    /** Waits until nothing is in flight. */
    settle: () => call('POST', 'settle'),
    advance: (seconds: number) => call('POST', 'clock', { advance_seconds: seconds }),
    now: async () => Date.parse((await call('GET', 'clock')).now),
    fault: (fault: {
      service: string;
      operation: string;
      kind: string;
      function?: string;
      skip?: number;
      times?: number;
      ms?: number;
      probability?: number;
    }) => call('POST', 'faults', fault),
    clearFaults: () => call('DELETE', 'faults'),
    calls: (limit = 10_000): Promise<any[]> => call('GET', `calls?limit=${limit}`),
    /** Calls that IAM refused. */
    denied: (limit = 10_000): Promise<any[]> => call('GET', `calls?allowed=false&limit=${limit}`),
    meter: () => call('GET', 'meter'),
    resetMeter: () => call('POST', 'meter/reset'),
    connections: (): Promise<{ id: string; user_id: string; connected_at: string }[]> => call('GET', 'connections'),
    cut: (id: string) => call('DELETE', `connections/${encodeURIComponent(id)}`),
    queues: (): Promise<{ name: string; url: string; messages: any[] }[]> => call('GET', 'queues'),
    messagesOf: async (url: string): Promise<any[]> =>
      (await call('GET', 'queues')).find((queue: { url: string }) => queue.url === url)?.messages ?? [],
    phones: (): Promise<any[]> => call('GET', 'phones'),
    subscribe: (application_server_key: string, user_id: string): Promise<any> =>
      call('POST', 'browsers', { application_server_key, user_id }),
    setPhone: (token: string, enabled: boolean) => call('POST', `phones/${encodeURIComponent(token)}`, { enabled }),
    kill: (functionName: string) => call('POST', `functions/${functionName}`, { kill: true }),
    duplicateNext: (count: number) => call('POST', 'bus', { duplicate_next: count }),
    configureScheduler: (options: Record<string, unknown>) => call('POST', 'scheduler', options),
    schedules: (): Promise<any[]> => call('GET', 'schedules'),
    longestChain: async (): Promise<number> => (await call('GET', 'chain')).longest,
    alarms: (): Promise<AlarmState[]> => call('GET', 'alarms'),
    reset: () => call('POST', 'reset'),
  };
}
