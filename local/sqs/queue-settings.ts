// Reads the properties of an AWS::SQS::Queue: ranges as AWS checks them, what is not emulated refused by name.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
import { errorMessage } from '../error-message.ts';
import { assertSupported } from '../support/check.ts';
import { sqsSupport } from './support.ts';

export interface QueueSettings {
  delaySeconds: number;
  maximumMessageBytes: number;
  retentionSeconds: number;
  receiveWaitSeconds: number;
  visibilityTimeoutSeconds: number;
  redrive: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
  redriveAllow: { permission: 'allowAll' | 'denyAll' | 'byQueue'; sourceQueueArns: string[] };
  /** Attributes that change nothing here but are given back by GetQueueAttributes. */
  informative: Record<string, string>;
}

/** They change nothing here, but GetQueueAttributes gives them back. */
const INFORMATIVE = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];

export function queueSettings(name: string, properties: Record<string, any>): QueueSettings {
  assertSupported({ logicalId: `Queue ${name}`, type: 'AWS::SQS::Queue', properties }, sqsSupport.types);
  if (name.endsWith('.fifo')) throw new Error(`Queue ${name} is a FIFO queue. Use a standard queue.`);
  const number = (property: string, least: number, most: number, otherwise: number): number => {
    if (properties[property] === undefined) return otherwise;
    const value = Number(properties[property]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Error(`Queue ${name}: ${property} is ${properties[property]}; AWS allows ${least} to ${most}.`);
  };
  const informative = INFORMATIVE.filter((property) => property in properties).map((property) => [
    property,
    String(properties[property]),
  ]);
  return {
    delaySeconds: number('DelaySeconds', 0, 900, 0),
    maximumMessageBytes: number('MaximumMessageSize', 1024, 1_048_576, 1_048_576),
    retentionSeconds: number('MessageRetentionPeriod', 60, 1_209_600, 345_600),
    receiveWaitSeconds: number('ReceiveMessageWaitTimeSeconds', 0, 20, 0),
    visibilityTimeoutSeconds: number('VisibilityTimeout', 0, 43_200, 30),
    redrive: redrivePolicy(name, json(name, 'RedrivePolicy', properties.RedrivePolicy)),
    redriveAllow: redriveAllowPolicy(name, json(name, 'RedriveAllowPolicy', properties.RedriveAllowPolicy)),
    informative: Object.fromEntries(informative),
  };
}

function redrivePolicy(name: string, policy: any): QueueSettings['redrive'] {
  if (policy === undefined) return undefined;
  const maxReceiveCount = Number(policy.maxReceiveCount);
  if (typeof policy.deadLetterTargetArn !== 'string')
    throw new Error(`Queue ${name}: RedrivePolicy has no deadLetterTargetArn.`);
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000) {
    throw new Error(`Queue ${name}: maxReceiveCount is ${policy.maxReceiveCount}; AWS allows 1 to 1000.`);
  }
  return { deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount };
}

function redriveAllowPolicy(name: string, policy: any): QueueSettings['redriveAllow'] {
  const permission = policy?.redrivePermission ?? 'allowAll';
  if (permission !== 'allowAll' && permission !== 'denyAll' && permission !== 'byQueue') {
    throw new Error(`Queue ${name}: redrivePermission is ${permission}; AWS allows allowAll, denyAll and byQueue.`);
  }
  return { permission, sourceQueueArns: policy?.sourceQueueArns ?? [] };
}

/** CloudFormation takes these policies as an object or as its JSON text. */
function json(name: string, property: string, value: unknown): any {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new Error(`Queue ${name}: ${property} is not JSON: ${errorMessage(error)}`);
  }
}

/** The settings as GetQueueAttributes gives them back. */
export function settingAttributes(settings: QueueSettings): Record<string, string> {
  const { redrive, redriveAllow } = settings;
  const sources = redriveAllow.permission === 'byQueue' && { sourceQueueArns: redriveAllow.sourceQueueArns };
  return {
    DelaySeconds: String(settings.delaySeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    SqsManagedSseEnabled: 'true',
    ...settings.informative,
    ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    ...(redriveAllow.permission !== 'allowAll' && {
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: redriveAllow.permission, ...sources }),
    }),
  };
}
