// Ends a child process when this one is gone, however it went: even SIGKILL closes a pipe.
import { spawn } from 'node:child_process';

/**
 * Starts a tiny shell that waits on a pipe from us and kills `pid` when the pipe closes. The returned function
 * dismisses it; call that once the child has ended, before its process id can be given to another.
 */
export function killWithUs(pid: number): () => void {
  const watchdog = spawn(
    '/bin/sh',
    ['-c', 'read -r word; [ "$word" = dismissed ] || kill -9 "$1"', 'sh', String(pid)],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Its own process group: Ctrl-C in a terminal goes to us, and we end our children in order.
      detached: true,
      env: {},
    },
  );
  watchdog.unref();
  // A watchdog that can't start or ended early costs only its own service; there is nothing else to do about it.
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  // Its pipe must not keep us running, or we would wait for each other.
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
  return () => watchdog.stdin.end('dismissed\n');
}
