// Which blocks of a test file say where AWS documents, or was recorded to do, what they assert.

export interface Block {
  /** The describe's title; empty for the tests outside any. */
  title: string;
  isCited: boolean;
}

/** The folders of tests that assert AWS's behaviour, by the service's name. */
export const SERVICES: Record<string, readonly string[]> = {
  CloudFormation: ['test/local/template/load-stack', 'test/local/template/supported'],
  IAM: ['test/local/iam/'],
  'API Gateway': ['test/local/gateway/http-api', 'test/local/gateway/websocket-api', 'test/local/aws/connections'],
  EventBridge: ['test/local/events/', 'test/local/aws/events'],
  Scheduler: ['test/local/scheduler/', 'test/local/aws/scheduler'],
  SQS: ['test/local/sqs/', 'test/local/aws/sqs'],
  SNS: ['test/local/sns/', 'test/local/aws/sns'],
  DynamoDB: ['test/local/aws/dynamodb'],
  Lambda: ['test/local/functions/event-source', 'test/local/functions/pool'],
};

/** AWS's own pages and code, and answers recorded from AWS. */
const SOURCE = new RegExp(
  'https://(docs\\.aws\\.amazon\\.com|aws\\.amazon\\.com|repost\\.aws|github\\.com/aws/|www\\.w3\\.org|' +
    'github\\.com/localstack/localstack/(blob|tree)/main/tests/aws)',
);

export function serviceOf(file: string): string | undefined {
  return Object.entries(SERVICES).find(([, starts]) => starts.some((start) => file.startsWith(start)))?.[0];
}

export function blocksOf(source: string): Block[] {
  const lines = source.split('\n');
  const starts = lines.flatMap((line, index) => (/^describe\b/.test(line) ? [index] : []));
  const firstTest = lines.findIndex((line) => /^(describe|it|test)\b/.test(line));
  const header = lines.slice(0, firstTest).filter((line) => line.startsWith('//'));
  const blocks = starts.map((start, number): Block => {
    let from = start;
    while (lines[from - 1]?.startsWith('//')) from--;
    const to = starts[number + 1] ?? lines.length;
    const title = /^describe(?:\.\w+)?\(\s*(['"`])(.*?)\1/.exec(lines[start]!)?.[2] ?? '';
    const comments = lines.slice(from, to).filter((line) => /^\s*(\/\/|\*|\/\*)/.test(line));
    return { title, isCited: comments.some((line) => SOURCE.test(line)) };
  });
  return [...blocks, { title: '', isCited: header.some((line) => SOURCE.test(line)) }];
}
