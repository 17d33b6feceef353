// Saved queries of CloudWatch Logs Insights, for the questions that runbooks ask.
import { Names } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';

interface LogQuery {
  name: string;
  of: (functions: Functions) => LambdaFunction[];
  text: string;
}

const ALL = ({ authorize, socket, inbox, dispatch, fanout }: Functions) => [authorize, socket, inbox, dispatch, fanout];

const QUERIES: Record<string, LogQuery> = {
  Errors: {
    name: 'Errors, newest first',
    of: ALL,
    text: `fields @timestamp, service, message, error.name, error.message, message_id, user_id, notification_id
| filter level = "ERROR"
| sort @timestamp desc
| limit 100`,
  },
  ErrorsByReason: {
    name: 'Errors by reason',
    of: ALL,
    text: `filter level = "ERROR"
| stats count(*) as errors, max(@timestamp) as last by service, message, error.name
| sort errors desc`,
  },
  RejectedEvents: {
    name: 'Rejected events by field and reason',
    of: ({ dispatch }) => [dispatch],
    text: `filter message = "event rejected"
| stats count(*) as events, max(@timestamp) as last by field, reason
| sort events desc`,
  },
  RefusedConnections: {
    name: 'Refused connections by code',
    of: ({ authorize }) => [authorize],
    text: `filter message = "connection refused"
| stats count(*) as connections by code, bin(5m)`,
  },
  TriedAgain: {
    name: 'Messages that fail again and again',
    of: ({ dispatch, fanout }) => [dispatch, fanout],
    text: `filter level = "ERROR" and ispresent(message_id)
| stats count(*) as tries, latest(error.message) as reason, max(@timestamp) as last by service, message_id
| sort tries desc
| limit 100`,
  },
};

export function saveLogQueries(scope: Construct, functions: Functions): void {
  const queries = new Construct(scope, 'Queries');
  // Names are unique in an account and region; a slash makes a folder in the console.
  const folder = Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' });
  for (const [id, { name, of, text }] of Object.entries(QUERIES)) {
    new CfnQueryDefinition(queries, id, {
      name: `${folder}/${name}`,
      queryString: text,
      logGroupNames: of(functions).map((fn) => fn.logGroup.logGroupName),
    });
  }
}
