// The AWS endpoint on a port of its own, without the rest of a runtime.
import { createServer } from 'node:http';
import type { AwsEndpoint } from '../../local/aws/endpoint.ts';
import { listenNear } from '../../local/ports.ts';

export async function servedEndpoint(awsEndpoint: AwsEndpoint) {
  const server = createServer();
  awsEndpoint.serve(server);
  return {
    url: `http://127.0.0.1:${await listenNear(server, 0)}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
