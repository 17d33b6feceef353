// A deployed stack is found by CloudFormation's own answer, served from this machine.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findStack } from '../../bin/find-stack.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const output = (key: string, value: string) =>
  `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
const FOUND = `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks><member>
  <StackName>Carillon</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-21T07:00:00Z</CreationTime>
  <Outputs>${output('HttpUrl', 'https://abc.example.com')}${output('WebSocketUrl', 'wss://def.example.com/v1')}</Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const MISSING = `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>ValidationError</Code>
  <Message>Stack with id Nope does not exist</Message></Error></ErrorResponse>`;

let server: Server;
beforeEach(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const isFound = body.includes('StackName=Carillon');
      response.writeHead(isFound ? 200 : 400, { 'content-type': 'text/xml' }).end(isFound ? FOUND : MISSING);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'KEY');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

describe('a deployed stack', () => {
  it('gives its outputs in the names of the local runtime', async () => {
    expect(await findStack('Carillon')).toEqual({
      http_url: 'https://abc.example.com',
      web_socket_url: 'wss://def.example.com/v1',
      ws_url: 'wss://def.example.com/v1',
      region: 'eu-west-1',
    });
  });

  it('that is not there is an error that says what to check', async () => {
    await expect(findStack('Nope')).rejects.toThrow(
      /Nope was not found: Stack with id Nope does not exist. Check the name, AWS_REGION/,
    );
  });
});

describe('the local runtime', () => {
  it('is not taken for another program that answers at its port', async () => {
    vi.stubEnv('PORT', String((server.address() as AddressInfo).port));
    await expect(findStack()).rejects.toThrow(/another program uses the port. Set PORT/);
  });

  it('that is named by PORT and does not answer is an error that says how to start it', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    server.closeAllConnections();
    vi.stubEnv('PORT', String(port));
    await expect(findStack()).rejects.toThrow(/Start it with: npm start/);
  });
});
