// Brings a topic's message to one subscribed queue or function: envelope, permission, retries by the clock, dead
// letters.
import type { Activity } from '../activity.ts';
import { AnswerLost, AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Permission, Principal, Statement } from '../iam/principal.ts';
import type { Functions, Stack } from '../stack.ts';
import { textFor } from './message-structure.ts';
import { envelope, lambdaRecord, type Publication } from './notification-envelope.ts';
import type { Subscription } from './topics.ts';

export interface DeliveryDeps {
  stack: Stack;
  clock: Clock;
  activity: Activity;
  gate: Gate;
  functions: Functions;
  /** Puts a message on a queue of the stack; rejects with AwsError as SendMessage would. */
  sendToQueue(
    queueArn: string,
    body: string,
    attributes: Record<string, { DataType: string; StringValue: string }>,
  ): Promise<void>;
  /** The statements of the queue's own policy; none for a queue that isn't there. */
  queuePolicy(queueArn: string): Statement[];
  log?(line: string): void;
}

/**
 * The waits of SNS's first three phases. AWS goes on every 20 s for 23 days; here it ends, so that a stuck test does.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
const WAITS_SECONDS = [0, 0, 0, 1, 1, 1, 2, 3, 5, 7, 10, 13, 16, 18, 20];
/** SQS's own limit, which raw deliveries meet. */
const MAX_QUEUE_ATTRIBUTES = 10;

/** Settles when the message is delivered, dropped or waiting for its next try; never rejects. */
export async function deliverToSubscriber(
  subscription: Subscription,
  publication: Publication,
  deps: DeliveryDeps,
  retries = 0,
): Promise<void> {
  try {
    await (subscription.protocol === 'sqs' ? toQueue : toFunction)(subscription, publication, deps);
  } catch (error) {
    const waitSeconds = WAITS_SECONDS[retries];
    if (isPassing(error) && waitSeconds !== undefined) {
      const again = () => deliverToSubscriber(subscription, publication, deps, retries + 1);
      deps.clock.at(deps.clock.now() + waitSeconds * 1000, () => void deps.activity.track(again()));
      return;
    }
    await giveUp(subscription, publication, error, deps);
  }
}

/** As AWS: its own trouble and the target's is retried, a refusal or a missing target is not. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsError)) return error instanceof AnswerLost;
  return error.status >= 500 ? error.status !== 501 : /Throttl|TooManyRequests/.test(error.code);
}

async function giveUp(subscription: Subscription, publication: Publication, error: unknown, deps: DeliveryDeps) {
  const said = `${publication.topicArn}: ${subscription.endpoint} did not take ${publication.messageId}: ${String(error)}`;
  const { deadLetterArn } = subscription;
  if (!deadLetterArn) return deps.log?.(`${said}; dropped, as the subscription has no RedrivePolicy`);
  const body = subscription.raw ? textFor(publication.message, 'sqs') : envelope(subscription, publication);
  try {
    await send(deadLetterArn, body, {}, publication.topicArn, deps);
  } catch (failure) {
    // AWS loses it too when the dead-letter queue's policy doesn't let SNS in; here it is at least said.
    deps.log?.(`${said}; lost, as its dead-letter queue ${deadLetterArn} refused it too: ${String(failure)}`);
  }
}

function send(
  queueArn: string,
  body: string,
  attributes: Record<string, { DataType: string; StringValue: string }>,
  topicArn: string,
  { gate, queuePolicy, sendToQueue, stack }: DeliveryDeps,
): Promise<void> {
  return gate.call({
    who: SNS,
    service: 'sqs',
    operation: 'SendMessage',
    permissions: [bySns('sqs:SendMessage', queueArn, queuePolicy(queueArn), topicArn, stack)],
    run: () => sendToQueue(queueArn, body, attributes),
  });
}

const SNS: Principal = {
  name: 'sns.amazonaws.com',
  arn: 'sns.amazonaws.com',
  statements: [],
  servicePrincipal: 'sns.amazonaws.com',
};

function bySns(
  action: string,
  resource: string,
  resourcePolicy: Statement[],
  topicArn: string,
  stack: Stack,
): Permission {
  return {
    action,
    resource,
    resourcePolicy,
    context: { 'aws:SourceArn': topicArn, 'aws:SourceAccount': stack.accountId },
  };
}

function toQueue(subscription: Subscription, publication: Publication, deps: DeliveryDeps): Promise<void> {
  const { endpoint, raw } = subscription;
  if (!raw) return send(endpoint, envelope(subscription, publication), {}, publication.topicArn, deps);
  const attributes = Object.entries(publication.attributes);
  if (attributes.length > MAX_QUEUE_ATTRIBUTES) {
    const problem = `raw delivery to SQS takes at most ${MAX_QUEUE_ATTRIBUTES} message attributes`;
    throw new AwsError('InvalidParameterValue', problem);
  }
  const sent = attributes.map(([name, { DataType, StringValue = '' }]) => [name, { DataType, StringValue }]);
  return send(endpoint, textFor(publication.message, 'sqs'), Object.fromEntries(sent), publication.topicArn, deps);
}

async function toFunction(subscription: Subscription, publication: Publication, deps: DeliveryDeps): Promise<void> {
  const { endpoint } = subscription;
  const { gate, functions, stack, activity, log } = deps;
  const event = { Records: [lambdaRecord(subscription, publication)] };
  const invoke = async () => {
    const result = await functions.invoke(endpoint, event);
    if (!result.ok) log?.(`${publication.topicArn}: ${endpoint} failed: ${result.errorMessage}`);
  };
  await gate.call({
    who: SNS,
    service: 'lambda',
    operation: 'Invoke',
    permissions: [
      bySns('lambda:InvokeFunction', endpoint, functionPolicy(stack, endpoint), publication.topicArn, stack),
    ],
    // Asynchronous, as SNS invokes: it has done its part when Lambda has taken the event.
    run: async () => void activity.track(invoke().catch((error: unknown) => log?.(`${endpoint}: ${String(error)}`))),
  });
}

/** The function's resource policy, from the template's AWS::Lambda::Permission. */
function functionPolicy(stack: Stack, functionArn: string): Statement[] {
  const name = functionArn.split(':')[6];
  return stack
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties }) => [functionArn, name].includes(properties.FunctionName))
    .map(({ properties: { Action, Principal: service, SourceArn, SourceAccount } }) => ({
      Effect: 'Allow',
      Action,
      Resource: functionArn,
      Principal: { Service: service },
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      },
    }));
}
