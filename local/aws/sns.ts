// SNS's wire protocol (AWS Query, 2010-03-31): one entry per action, with what IAM must allow.
// https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
import type { Permission } from '../iam/principal.ts';
import { checkArn } from '../sns/arn.ts';
import type { Endpoint } from '../sns/endpoints.ts';
import { invalidParameter } from '../sns/platform-applications.ts';
import type { Sns } from '../sns/sns.ts';
import type { Subscription } from '../sns/topics.ts';
import type { Stack } from '../stack.ts';
import { AwsError } from './aws-error.ts';
import { notEmulated } from './not-emulated.ts';
import { type QueryForm, queryError, queryForm, queryResponse, type XmlValue } from './query-form.ts';
import type { Service, WireRequest } from './service.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
/** Page sizes of the service: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html */
const PAGE = 100;

interface Action {
  /** The parameter that names the resource IAM is asked about; `*` where there is none. */
  on: string[];
  /** Set on topics: their own policy may allow too. */
  topic?: true;
  run(form: QueryForm): { [name: string]: XmlValue } | undefined;
}

export function snsService(sns: Sns, stack: Stack): Service {
  const { applications, endpoints, topics } = sns;
  const ownAccount = stack.accountId;
  const needed = (form: QueryForm, name: string): string => {
    const value = form.get(name);
    if (!value) throw invalidParameter(`${name} Reason: no value for required parameter`);
    if (name.endsWith('Arn')) checkArn(name, value, stack.region);
    return value;
  };
  const subscriptionView = ({ arn, topicArn, protocol, endpoint }: Subscription): XmlValue => ({
    SubscriptionArn: arn,
    Owner: ownAccount,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });
  const list = <T>(form: QueryForm, member: string, all: T[], view: (item: T) => XmlValue) => {
    const { items, next } = page(all, form.get('NextToken'));
    return { [member]: items.map(view), NextToken: next };
  };

  const actions: Record<string, Action> = {
    Publish: {
      on: ['TopicArn', 'TargetArn'],
      topic: true,
      run(form) {
        const [parameter] = ['TopicArn', 'TargetArn'].filter((name) => form.get(name) !== undefined);
        if (parameter) checkArn(parameter, form.get(parameter)!, stack.region);
        return {
          ...sns.publish({
            TopicArn: form.get('TopicArn'),
            TargetArn: form.get('TargetArn'),
            PhoneNumber: form.get('PhoneNumber'),
            Message: form.get('Message'),
            Subject: form.get('Subject'),
            MessageStructure: form.get('MessageStructure'),
            MessageAttributes: form.structures('MessageAttributes') as any,
          }),
        };
      },
    },
    CreatePlatformEndpoint: {
      on: ['PlatformApplicationArn'],
      run: (form) => ({
        EndpointArn: endpoints.create({
          applicationArn: needed(form, 'PlatformApplicationArn'),
          token: form.get('Token'),
          customUserData: form.get('CustomUserData'),
          attributes: form.map('Attributes'),
        }).arn,
      }),
    },
    GetEndpointAttributes: {
      on: ['EndpointArn'],
      run: (form) => ({ Attributes: endpointAttributes(endpoints.get(needed(form, 'EndpointArn'))) }),
    },
    SetEndpointAttributes: {
      on: ['EndpointArn'],
      run(form) {
        endpoints.setAttributes(needed(form, 'EndpointArn'), form.map('Attributes'));
        return undefined;
      },
    },
    DeleteEndpoint: {
      on: ['EndpointArn'],
      run(form) {
        endpoints.remove(needed(form, 'EndpointArn'));
        return undefined;
      },
    },
    ListEndpointsByPlatformApplication: {
      on: ['PlatformApplicationArn'],
      run(form) {
        const { arn } = applications.get(needed(form, 'PlatformApplicationArn'));
        return list(form, 'Endpoints', endpoints.list(arn), (endpoint) => ({
          EndpointArn: endpoint.arn,
          Attributes: endpointAttributes(endpoint),
        }));
      },
    },
    ListPlatformApplications: {
      on: [],
      run: (form) =>
        list(form, 'PlatformApplications', applications.list(), ({ arn, attributes }) => ({
          PlatformApplicationArn: arn,
          Attributes: new Map(Object.entries(attributes)),
        })),
    },
    GetPlatformApplicationAttributes: {
      on: ['PlatformApplicationArn'],
      run: (form) => ({
        Attributes: new Map(Object.entries(applications.get(needed(form, 'PlatformApplicationArn')).attributes)),
      }),
    },
    SetPlatformApplicationAttributes: {
      on: ['PlatformApplicationArn'],
      run(form) {
        applications.setAttributes(needed(form, 'PlatformApplicationArn'), form.map('Attributes'));
        return undefined;
      },
    },
    Subscribe: {
      on: ['TopicArn'],
      topic: true,
      run: (form) => ({
        SubscriptionArn: topics.subscribe({
          topicArn: needed(form, 'TopicArn'),
          protocol: needed(form, 'Protocol'),
          endpoint: form.get('Endpoint'),
          attributes: form.map('Attributes'),
        }).arn,
      }),
    },
    Unsubscribe: {
      on: ['SubscriptionArn'],
      run(form) {
        topics.unsubscribe(needed(form, 'SubscriptionArn'));
        return undefined;
      },
    },
    ListSubscriptions: {
      on: [],
      run: (form) => list(form, 'Subscriptions', topics.subscriptions(), subscriptionView),
    },
    ListSubscriptionsByTopic: {
      on: ['TopicArn'],
      topic: true,
      run(form) {
        const { arn } = topics.get(needed(form, 'TopicArn'));
        return list(form, 'Subscriptions', topics.subscriptions(arn), subscriptionView);
      },
    },
    ListTopics: {
      on: [],
      run: (form) => list(form, 'Topics', topics.list(), ({ arn }) => ({ TopicArn: arn })),
    },
    GetTopicAttributes: {
      on: ['TopicArn'],
      topic: true,
      run(form) {
        const { arn, displayName, policy } = topics.get(needed(form, 'TopicArn'));
        const attributes = {
          TopicArn: arn,
          Owner: ownAccount,
          DisplayName: displayName,
          Policy: JSON.stringify({ Version: '2012-10-17', Statement: policy }),
          SubscriptionsConfirmed: String(topics.subscriptions(arn).length),
          SubscriptionsPending: '0',
          SubscriptionsDeleted: '0',
        };
        return { Attributes: new Map(Object.entries(attributes)) };
      },
    },
  };

  return {
    name: 'sns',
    signingName: 'sns',
    decode(request) {
      const form = queryForm(formOf(request));
      const name = form.get('Action') ?? '';
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action) {
        if (!/^[A-Z][A-Za-z]+$/.test(name)) throw new AwsError('InvalidAction', `Could not find operation ${name}`);
        throw notEmulated(`SNS's ${name}`, `The actions here are ${Object.keys(actions).join(', ')}.`);
      }
      const resource = action.on.map((parameter) => form.get(parameter)).find((value) => value) ?? '*';
      const permissions = checkedOn(name, resource).map((on): Permission => {
        const resourcePolicy = action.topic ? topics.find(on)?.policy : undefined;
        return { action: `sns:${name}`, resource: on, ...(resourcePolicy && { resourcePolicy }) };
      });
      return {
        name,
        input: Object.fromEntries(formOf(request)),
        permissions,
        run: async () => action.run(form),
      };
    },
    encode: (operation, result) => ({ status: 200, headers: XML, body: queryResponse(NAMESPACE, operation, result) }),
    encodeError({ code, message, status }) {
      // SNS calls a refusal by IAM AuthorizationError.
      const refused = code === 'AccessDeniedException';
      const error = refused ? { code: 'AuthorizationError', message, status: 403 } : { code, message, status };
      return { status: error.status, headers: XML, body: queryError(NAMESPACE, error) };
    },
  };
}

const XML = { 'content-type': 'text/xml' };

/** The resources on which all of them IAM must allow the action. */
function checkedOn(name: string, resource: string): string[] {
  // Unsubscribe is authorised on the topic, whose ARN is the subscription's without its last part.
  if (name === 'Unsubscribe') return [resource.split(':').slice(0, 6).join(':') || '*'];
  const application = applicationOf(resource);
  return application === undefined ? [resource] : [resource, application];
}

/** Whether SNS asks about an endpoint or about its application isn't documented, so here it asks about both. */
function applicationOf(endpointArn: string): string | undefined {
  const [, prefix, name] = /^(arn:[^:]*:sns:[^:]*:[^:]*):endpoint\/([^/]+\/[^/]+)\//.exec(endpointArn) ?? [];
  return prefix === undefined ? undefined : `${prefix}:app/${name}`;
}

function formOf({ method, query, body }: WireRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString('utf8'));
}

function endpointAttributes({ enabled, token, customUserData }: Endpoint): Map<string, string> {
  const attributes = new Map([
    ['Enabled', String(enabled)],
    ['Token', token],
  ]);
  if (customUserData !== '') attributes.set('CustomUserData', customUserData);
  return attributes;
}

/** The token is how many items were given so far: stable enough for lists that only grow or shrink between calls. */
function page<T>(all: T[], token: string | undefined): { items: T[]; next: string | undefined } {
  const given = token === undefined || token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(given) || given < 0) throw invalidParameter('NextToken');
  const end = given + PAGE;
  return {
    items: all.slice(given, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
