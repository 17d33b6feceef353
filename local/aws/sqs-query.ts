// SQS's older wire protocol: form-encoded parameters with numbered lists, answers in XML. Old CLIs and SDKs speak it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html

import { randomUUID } from 'node:crypto';
import { isObject } from '../is-object.ts';
import { AwsError } from './aws-error.ts';
import type { WireRequest, WireResponse } from './service.ts';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';
const NUMBERS = new Set(
  'DelaySeconds MaxNumberOfMessages VisibilityTimeout WaitTimeSeconds MaxResults MaxNumberOfMessagesPerSecond'.split(
    ' ',
  ),
);
/** A list's name in a request, and the member of the JSON shape it corresponds to. */
const LISTS: Record<string, string> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};
/** Maps are numbered pairs of Name and Value. */
const MAPS: Record<string, string> = {
  MessageAttribute: 'MessageAttributes',
  MessageSystemAttribute: 'MessageSystemAttributes',
};

export function isQueryRequest(request: WireRequest): boolean {
  return request.headers['x-amz-target'] === undefined;
}

export function readQuery(request: WireRequest): { name: string; input: Record<string, any> } {
  const parameters = new URLSearchParams(request.query);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(request.body.toString())) parameters.set(name, value);
  }
  const name = parameters.get('Action');
  if (!name)
    throw new AwsError('MissingAction', 'The request has neither an x-amz-target header nor an Action parameter.');
  // Without a prototype: names are the caller's.
  const tree: Record<string, any> = Object.create(null);
  for (const [path, value] of parameters) {
    const steps = path.split('.');
    let node = tree;
    for (const step of steps.slice(0, -1)) {
      if (typeof node[step] !== 'object' || !Object.hasOwn(node, step)) node[step] = Object.create(null);
      node = node[step];
    }
    node[steps.at(-1)!] = value;
  }
  const input = shape(tree);
  // The queue's own URL may be the address the request was sent to.
  if (input.QueueUrl === undefined && request.path.length > 1) input.QueueUrl = request.path;
  return { name, input };
}

function shape(tree: Record<string, any>): Record<string, any> {
  const input: Record<string, any> = Object.create(null);
  for (const [name, value] of Object.entries(tree)) {
    const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
    const map = Object.hasOwn(MAPS, name) ? MAPS[name] : undefined;
    if (list && typeof value === 'object') {
      const items = numbered(value);
      input[list] = items.map((item) => (typeof item === 'object' ? shape(item) : item));
    } else if (map && typeof value === 'object') {
      input[map] = Object.fromEntries(
        numbered(value).map(({ Name, Value }) => [typeof Name === 'string' ? Name : '', Value]),
      );
    } else {
      input[name] = NUMBERS.has(name) && typeof value === 'string' ? Number(value) : value;
    }
  }
  return input;
}

function numbered(list: Record<string, any>): any[] {
  return Object.keys(list)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => list[key]);
}

/** The JSON shape's members that are lists or maps, and what each element is called in XML. */
const ELEMENTS: Record<string, string | ((operation: string) => string)> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
  Failed: 'BatchResultErrorEntry',
  Successful: (operation) => `${operation}ResultEntry`,
  Results: 'ListMessageMoveTasksResultEntry',
};

export function writeQuery(operation: string, result: object | undefined): WireResponse {
  const members = xmlMembers(operation, result ?? {});
  const body =
    `<?xml version="1.0"?><${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${members}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

export function writeQueryError(error: { code: string; message: string; status: number }): WireResponse {
  const fault = error.status >= 500 ? 'Receiver' : 'Sender';
  const body =
    `<?xml version="1.0"?><ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${fault}</Type><Code>${xmlText(error.code)}</Code>` +
    `<Message>${xmlText(error.message)}</Message><Detail/></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  return { status: error.status, headers: { 'content-type': 'text/xml' }, body };
}

function xmlMembers(operation: string, members: object): string {
  return Object.entries(members)
    .map(([name, value]: [string, unknown]) => {
      const named = ELEMENTS[name];
      const element = typeof named === 'function' ? named(operation) : named;
      if (!element) return xmlElement(operation, name, value);
      if (Array.isArray(value)) return value.map((item) => xmlElement(operation, element, item)).join('');
      const pairs = Object.entries(isObject(value) ? value : {});
      return pairs.map(([Name, Value]) => xmlElement(operation, element, { Name, Value })).join('');
    })
    .join('');
}

function xmlElement(operation: string, name: string, value: unknown): string {
  if (Buffer.isBuffer(value)) return `<${name}>${value.toString('base64')}</${name}>`;
  if (typeof value === 'object' && value !== null) return `<${name}>${xmlMembers(operation, value)}</${name}>`;
  return `<${name}>${xmlText(String(value))}</${name}>`;
}

function xmlText(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
