// Rules about what must never be replaced: its logical id follows from its path, and some values mustn't change either.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { type OwnResource, referred, type StackView } from './stack-view.ts';

/**
 * By path in the construct, from which CloudFormation's logical id is made. A new id means a new resource, which is
 * created before the old one is deleted: inboxes, messages and accounts are left behind; routes, stages, mappings and
 * resource servers collide with themselves.
 */
const PINNED: Record<string, readonly string[]> = {
  'AWS::DynamoDB::GlobalTable': ['Storage/Table/Resource'],
  'AWS::Cognito::UserPool': ['Identity/UserPool/Resource'],
  'AWS::Cognito::UserPoolClient': ['Identity/UserPool/Client/Resource'],
  'AWS::Cognito::UserPoolResourceServer': ['Identity/UserPool/Api/Resource'],
  'AWS::Cognito::UserPoolDomain': ['Identity/UserPool/Domain/Resource'],
  'AWS::Events::EventBus': ['Intake/Bus/Resource'],
  'AWS::SQS::Queue': ['Dispatch', 'Fanout', 'Rejected', 'DeadLetters', 'FanoutDeadLetters', 'Undelivered'].map(
    (name) => `Intake/${name}/Resource`,
  ),
  'AWS::SNS::Topic': ['Push/Broadcasts/Resource', 'Push/EndpointEvents/Resource'],
  'AWS::SecretsManager::Secret': ['WebPush/Keys/Resource'],
  'AWS::Events::Archive': ['Archive/Events/Archive'],
  'AWS::ApiGatewayV2::Api': ['WebSocket/Api/Resource', 'Http/Api/Resource'],
  'AWS::ApiGatewayV2::Stage': ['WebSocket/Stage/Resource', 'Http/Stage/Resource'],
  'AWS::ApiGatewayV2::Authorizer': ['WebSocket/Api/Authorizer/Resource', 'Http/Api/Jwt/Resource'],
  'AWS::Lambda::EventSourceMapping': ['Functions/dispatch/Queue/Resource', 'Functions/fanout/Queue/Resource'],
};

/** In every stack. The others are there where push, web push, or the stack's own user pool, is. */
const ALWAYS = Object.keys(PINNED).filter(
  (type) => !/^AWS::(Cognito|SNS|SecretsManager)::|^AWS::Events::Archive$/.test(type),
);
/** Where `archiveDays` is set. */
const REPLAYS = 'Archive/Replays/Resource';

/** Changing one of these replaces the table or the pool by an empty one, or is refused. */
const PINNED_VALUES: Record<string, unknown> = {
  'AWS::DynamoDB::GlobalTable KeySchema': [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  'AWS::DynamoDB::GlobalTable LocalSecondaryIndexes': [
    {
      IndexName: 'unread',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'unread_key', KeyType: 'RANGE' },
      ],
      Projection: { NonKeyAttributes: ['ttl', 'expires_at'], ProjectionType: 'INCLUDE' },
    },
  ],
  'AWS::DynamoDB::GlobalTable TimeToLiveSpecification': { AttributeName: 'ttl', Enabled: true },
  'AWS::Cognito::UserPool UsernameAttributes': ['email'],
  'AWS::Cognito::UserPool AliasAttributes': undefined,
};

export const pinnedRules: DeployRule[] = [
  {
    id: 'pinned-by-id',
    holds:
      'Table, user pool, secret, bus, archive, queues, topics, APIs, stages, authorizers, mappings and routes keep their logical ids.',
    otherwise:
      'A new id is a new, empty resource; where two can\'t be side by side, such as routes, the update fails: "already exists".',
    check: (stack) => [
      ...ALWAYS.flatMap((type) => missing(stack, type)),
      ...stack
        .ofType(...Object.keys(PINNED))
        .flatMap((one) => ([...PINNED[one.type]!, REPLAYS].includes(one.path) ? [] : moved(one))),
      ...stack
        .ofType('AWS::ApiGatewayV2::Route')
        .flatMap((one) => (one.path === routePath(stack, one) ? [] : moved(one))),
    ],
  },
  {
    id: 'pinned-by-value',
    holds: 'Key schema, local index and time to live of the table, and what users sign in with, keep their values.',
    otherwise: 'CloudFormation replaces the table or the pool by an empty one, or refuses the update.',
    check: (stack) =>
      Object.entries(PINNED_VALUES).flatMap(([name, value]) => {
        const [type = '', property = ''] = name.split(' ');
        return stack.ofType(type).flatMap(({ logicalId, properties }): Finding[] => {
          if (JSON.stringify(properties[property]) === JSON.stringify(value)) return [];
          return [{ logicalId, problem: `has another ${property}: ${JSON.stringify(properties[property])}` }];
        });
      }),
  },
];

function missing(stack: StackView, type: string): Finding[] {
  const found = stack.ofType(type).map(({ path }) => path);
  const paths = PINNED[type]!.filter((path) => !found.includes(path));
  return paths.map((path) => ({ logicalId: stack.stackName, problem: `has no ${type} at ${path}` }));
}

const moved = ({ logicalId, type, path }: OwnResource): Finding[] => [
  { logicalId, problem: `(${type}) is at ${path}, where none was before` },
];

/** Where CDK puts a route: after its key. */
function routePath(stack: StackView, { properties }: OwnResource): string {
  const isWebSocket = stack.find(referred(properties.ApiId))?.Properties?.ProtocolType === 'WEBSOCKET';
  if (isWebSocket) return `WebSocket/Api/${properties.RouteKey}-Route/Resource`;
  const [method, path = ''] = String(properties.RouteKey).split(' ');
  return `Http/Api/${method}${path.replaceAll('/', '--')}/Resource`;
}
