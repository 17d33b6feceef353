// Calls the HTTP API: openly, with a token, or signed as IAM wants it.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsConfig } from '../../bin/aws-config.ts';
import { type Credentials, signRequest } from '../../bin/sign-request.ts';
import type { Outputs } from './target.ts';

export interface HttpOptions {
  token?: string;
  /** Sign with the operator's keys (local) or the environment's (AWS). */
  sign?: boolean | { accessKeyId: string; secretAccessKey: string };
  body?: unknown;
  headers?: Record<string, string>;
}
export interface Reply {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON. */
  body: any;
  text: string;
}

export function httpCaller(outputs: Outputs) {
  return async (method: string, path: string, { token, sign, body, headers = {} }: HttpOptions): Promise<Reply> => {
    const url = new URL(outputs.http_url!.replace(/\/$/, '') + path);
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    let sent: Record<string, string> = {
      host: url.host,
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    };
    if (sign) {
      const credentials = sign === true ? await credentialsOf(outputs) : sign;
      sent = await signRequest({ url, method, headers: sent, body: text }, { region: outputs.region!, credentials });
    }
    const { host: _host, ...rest } = sent;
    const response = await fetch(url, { method, headers: rest, ...(text !== undefined && { body: text }) });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : answer,
      text: answer,
    };
  };
}

/** By the environment's own chain on AWS: profiles, single sign-on and roles too. */
async function credentialsOf(outputs: Outputs): Promise<Credentials> {
  const client = new EventBridgeClient(awsConfig(outputs));
  const credentials = await client.config.credentials();
  client.destroy();
  return credentials;
}
