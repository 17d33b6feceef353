// SNS platform endpoints: one per application and device token, with the service's own rules on repeated registration.
import { createHash } from 'node:crypto';
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import {
  invalidParameter,
  notFound,
  type PlatformApplication,
  type PlatformApplications,
} from './platform-applications.ts';

export interface Endpoint {
  arn: string;
  application: PlatformApplication;
  token: string;
  enabled: boolean;
  customUserData: string;
}

type KeptEndpoint = Omit<Endpoint, 'arn' | 'application'> & { applicationArn: string };

export type EndpointChange = 'EventEndpointCreated' | 'EventEndpointDeleted' | 'EventEndpointUpdated';

export interface Endpoints {
  create(input: EndpointInput): Endpoint;
  /** Throws the service's NotFound. */
  get(arn: string): Endpoint;
  find(arn: string): Endpoint | undefined;
  setAttributes(arn: string, attributes: Record<string, string>): void;
  /** What SNS does by itself when a provider says that a token is dead. */
  disable(arn: string): void;
  /** No error when there is none, as on AWS. */
  remove(arn: string): void;
  list(applicationArn?: string): Endpoint[];
  /** Calls `listener` after every change. */
  onChange(listener: (change: EndpointChange, endpoint: Endpoint) => void): void;
  clear(): void;
}

export interface EndpointInput {
  applicationArn: string;
  token: string | undefined;
  customUserData?: string;
  attributes?: Record<string, string>;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html */
const MAX_CUSTOM_USER_DATA_BYTES = 2048;
const APPLE_TOKEN = /^[0-9a-fA-F]{1,400}$/;
const ATTRIBUTES = ['CustomUserData', 'Enabled', 'Token'];

export function createEndpoints(
  applications: PlatformApplications,
  {
    appleTokens = 'hexadecimal',
    kept = NOTHING_KEPT,
  }: { appleTokens?: 'hexadecimal' | 'any' | undefined; kept?: KeptState | undefined } = {},
): Endpoints {
  const endpoints = new Map<string, Endpoint>();
  for (const [arn, one] of kept.entries<KeptEndpoint>('endpoint')) {
    const application = applications.find(one.applicationArn);
    if (application) endpoints.set(arn, { ...one, arn, application });
  }
  const listeners: ((change: EndpointChange, endpoint: Endpoint) => void)[] = [];
  const changed = (change: EndpointChange, endpoint: Endpoint) => {
    const { arn, application, ...rest } = endpoint;
    if (change === 'EventEndpointDeleted') kept.delete('endpoint', arn);
    else kept.set('endpoint', arn, { ...rest, applicationArn: application.arn } satisfies KeptEndpoint);
    for (const listener of listeners) listener(change, endpoint);
  };

  const checkToken = ({ platform }: PlatformApplication, token: string | undefined): string => {
    if (!token) throw invalidParameter('Token Reason: cannot be empty');
    if (platform !== 'fcm' && appleTokens === 'hexadecimal' && !APPLE_TOKEN.test(token)) {
      throw invalidParameter('Token Reason: iOS device tokens must be no more than 400 hexadecimal characters');
    }
    return token;
  };
  const checkAttributes = (attributes: Record<string, string>) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (!ATTRIBUTES.includes(name)) throw invalidParameter(`Attributes Reason: Invalid attribute name: ${name}`);
      if (name === 'Enabled' && !/^(true|false)$/i.test(value)) {
        throw invalidParameter('Attributes Reason: Invalid value for attribute: Enabled');
      }
      if (name === 'CustomUserData' && Buffer.byteLength(value) > MAX_CUSTOM_USER_DATA_BYTES) {
        throw invalidParameter(
          'Attributes Reason: Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding',
        );
      }
    }
  };
  const holder = (application: PlatformApplication, token: string) =>
    [...endpoints.values()].find((one) => one.application === application && one.token === token);
  const alreadyThere = (endpoint: Endpoint) =>
    invalidParameter(
      `Token Reason: Endpoint ${endpoint.arn} already exists with the same Token, but different attributes.`,
    );
  const get = (arn: string): Endpoint => {
    const found = endpoints.get(arn);
    if (found) return found;
    if (!/^arn:aws:sns:[a-z0-9-]+:\d{12}:endpoint\/[^/]+\/[^/]+\/[^/]+$/.test(arn)) {
      throw invalidParameter('EndpointArn Reason: Wrong number of slashes in relative portion of the ARN.');
    }
    throw notFound('Endpoint does not exist');
  };

  return {
    create({ applicationArn, token: given, customUserData = '', attributes = {} }) {
      const application = applications.get(applicationArn);
      const token = checkToken(application, given);
      checkAttributes({ ...attributes, CustomUserData: customUserData });
      const data = attributes.CustomUserData ?? customUserData;
      const existing = holder(application, token);
      if (existing) {
        const otherEnabled =
          attributes.Enabled !== undefined && (attributes.Enabled.toLowerCase() === 'true') !== existing.enabled;
        if (existing.customUserData !== data || otherEnabled) throw alreadyThere(existing);
        return existing;
      }
      const id = tokenUuid(`${applicationArn} ${token}`);
      const endpoint: Endpoint = {
        arn: freeArn(`${applicationArn.replace(':app/', ':endpoint/')}/`, id, endpoints),
        application,
        token,
        enabled: attributes.Enabled?.toLowerCase() !== 'false',
        customUserData: data,
      };
      endpoints.set(endpoint.arn, endpoint);
      changed('EventEndpointCreated', endpoint);
      return endpoint;
    },
    get,
    find: (arn) => endpoints.get(arn),
    setAttributes(arn, attributes) {
      const endpoint = get(arn);
      checkAttributes(attributes);
      const { Token, Enabled, CustomUserData } = attributes;
      if (Token !== undefined) {
        const other = holder(endpoint.application, checkToken(endpoint.application, Token));
        if (other && other !== endpoint) throw alreadyThere(other);
        endpoint.token = Token;
      }
      if (Enabled !== undefined) endpoint.enabled = Enabled.toLowerCase() === 'true';
      if (CustomUserData !== undefined) endpoint.customUserData = CustomUserData;
      changed('EventEndpointUpdated', endpoint);
    },
    disable(arn) {
      const endpoint = endpoints.get(arn);
      if (!endpoint?.enabled) return;
      endpoint.enabled = false;
      changed('EventEndpointUpdated', endpoint);
    },
    remove(arn) {
      const endpoint = endpoints.get(arn);
      if (!endpoint) return;
      endpoints.delete(arn);
      changed('EventEndpointDeleted', endpoint);
    },
    list: (applicationArn) =>
      [...endpoints.values()].filter(({ application }) => !applicationArn || application.arn === applicationArn),
    onChange(listener) {
      listeners.push(listener);
    },
    clear() {
      for (const arn of endpoints.keys()) kept.delete('endpoint', arn);
      endpoints.clear();
    },
  };
}

/** AWS's endpoint ids are name-based UUIDs too (version 3 in every ARN seen in public), so a token keeps its ARN. */
function tokenUuid(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-3${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** An endpoint whose token was changed keeps its ARN; the old token may then need another one. */
function freeArn(prefix: string, id: string, taken: Map<string, unknown>): string {
  let arn = prefix + id;
  for (let again = 1; taken.has(arn); again++) arn = prefix + tokenUuid(`${id} ${again}`);
  return arn;
}
