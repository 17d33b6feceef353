// The service worker that shows pushes. Served by your site as it is, or imported by a worker of your own.
import { listen, type WorkerScope } from './show-push.ts';

const scope = globalThis as unknown as Partial<WorkerScope>;
// Imported anywhere else it does nothing.
if (scope.registration && scope.clients) listen(scope as WorkerScope);
