// Faults worth trying, each with what should happen: a reader compares it with what does.

export interface FaultBody {
  service: string;
  operation: string;
  kind: string;
  function?: string;
  ms?: number;
}
export interface FaultPreset {
  name: string;
  fault: FaultBody;
  expect: string;
}
export interface OneOff {
  name: string;
  button: string;
  path: string;
  body: object;
  expect: string;
}

export const FAULT_PRESETS: readonly FaultPreset[] = [
  {
    name: 'Throttle the table',
    fault: { service: 'dynamodb', operation: '*', kind: 'throttle', function: 'dispatch' },
    expect:
      'Every attempt fails, SQS retries with growing waits, and after 5 attempts the message is in the dead-letter queue. Turn it off in between and the next attempt delivers.',
  },
  {
    name: 'Writes fail',
    fault: { service: 'dynamodb', operation: 'PutItem', kind: 'error', function: 'dispatch' },
    expect: 'Nothing is stored and nothing is sent: a notification is stored before any attempt to send it.',
  },
  {
    name: 'Answers of writes get lost',
    fault: { service: 'dynamodb', operation: 'PutItem', kind: 'timeout_after_apply', function: 'dispatch' },
    expect:
      'The item is stored although the call failed. The retry finds it, and the user still receives one notification.',
  },
  {
    name: 'Sockets are closed',
    fault: { service: 'apigatewaymanagementapi', operation: 'PostToConnection', kind: 'gone' },
    expect: 'Every frame is answered with 410. The connection is deleted, and a push is sent to the phones.',
  },
  {
    name: 'Sockets refuse frames',
    fault: { service: 'apigatewaymanagementapi', operation: 'PostToConnection', kind: 'throttle' },
    expect: 'Only the sockets that refused are tried again. Refused twice, the phones receive a push.',
  },
  {
    name: 'Sockets are slow',
    fault: { service: 'apigatewaymanagementapi', operation: 'PostToConnection', kind: 'latency', ms: 1_000 },
    expect: 'Each frame takes 1 s longer. Nothing fails.',
  },
  {
    name: 'Push fails',
    fault: { service: 'sns', operation: 'Publish', kind: 'error' },
    expect: 'The notification is in the inbox. The push is tried again, then ends in the dead-letter queue.',
  },
  {
    name: 'Messages cannot be sent',
    fault: { service: 'sqs', operation: 'SendMessageBatch', kind: 'error', function: 'dispatch' },
    expect: 'Requests to several users or everyone are tried again as a whole; no user receives a duplicate.',
  },
];

export const ONE_OFFS: readonly OneOff[] = [
  {
    name: 'The bus delivers the next event twice',
    button: 'Duplicate',
    path: 'bus',
    body: { duplicate_next: 1 },
    expect: 'The timeline shows two attempts; the inbox and the sockets have one notification.',
  },
  {
    name: 'dispatch is killed in the middle',
    button: 'Kill',
    path: 'functions/dispatch',
    body: { kill: true },
    expect: 'What it worked on is received again after the visibility timeout.',
  },
];
