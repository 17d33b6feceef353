// What SNS says of an ARN before it looks for the resource.
// https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json (recorded from the service)
import { invalidParameter } from './platform-applications.ts';

const ELEMENTS = 6;

/** Throws for something that is no ARN, and for an ARN of another region, account or service. */
export function checkArn(parameter: string, arn: string, region: string): void {
  const elements = arn.split(':');
  if (elements.length < ELEMENTS) {
    const count = arn === '' ? 1 : elements.length;
    throw invalidParameter(`${parameter} Reason: An ARN must have at least ${ELEMENTS} elements, not ${count}`);
  }
  if (elements[2] !== 'sns' || elements[3] !== region) throw invalidParameter(parameter);
}
