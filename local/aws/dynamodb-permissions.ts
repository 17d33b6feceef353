// Which tables and indexes a DynamoDB request touches, and what IAM must allow for it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
import type { Permission } from '../iam/principal.ts';
import type { Resource } from '../stack.ts';
import type { AttributeValue, IndexProperties, Item, TablePart } from './dynamodb-request.ts';

/** One thing done to one table: a batch or a transaction is several. */
export interface Access {
  /** `dynamodb:PutItem` */
  action: string;
  /** Undefined where a request that needs one names none. */
  table: string | undefined;
  index?: string;
  /** Keys or whole items, for `dynamodb:LeadingKeys`. */
  items: Item[];
  /** The part of the request the other condition keys are read from. */
  request: TablePart;
}

export interface TableLookup {
  arn(table: string): string;
  resource(table: string): Resource | undefined;
}

export function permissionOf(access: Access & { table: string }, tables: TableLookup): Permission {
  const arn = tables.arn(access.table);
  let context: Permission['context'];
  return {
    action: access.action,
    resource: access.index === undefined ? arn : `${arn}/index/${access.index}`,
    // Worked out only for policies with conditions: this is the hot path of every call.
    get context() {
      context ??= conditionKeys(access, tables.resource(access.table));
      return context;
    },
  };
}

/** A condition key that can't be read off the request is left out: a policy that needs it then refuses. */
function conditionKeys(
  { items, request, index }: Access,
  table: Resource | undefined,
): Record<string, string | string[]> {
  const keys: Record<string, string | string[]> = {};
  const leading = leadingKeys(items, request, index, table);
  if (leading.length > 0) keys['dynamodb:LeadingKeys'] = leading;
  const attributes = namedAttributes(items, request);
  if (attributes.length > 0) keys['dynamodb:Attributes'] = attributes;
  if (request.Select !== undefined) keys['dynamodb:Select'] = request.Select;
  if (request.ReturnValues !== undefined) keys['dynamodb:ReturnValues'] = request.ReturnValues;
  return keys;
}

function leadingKeys(items: Item[], request: TablePart, index: string | undefined, table: Resource | undefined) {
  const keyed: Partial<IndexProperties> | undefined = index === undefined ? table?.properties : findIndex(table, index);
  const partition = keyed?.KeySchema?.find((key) => key.KeyType === 'HASH')?.AttributeName;
  if (partition === undefined) return [];
  const found: (AttributeValue | undefined)[] = items.map((item) => item[partition]);
  if (request.KeyConditionExpression) found.push(queriedKey(request, partition));
  return [...new Set(found.flatMap((value) => (value ? [String(value.S ?? value.N ?? value.B)] : [])))];
}

/** The value that a Query's key condition compares the partition key with. */
function queriedKey(request: TablePart, partition: string): AttributeValue | undefined {
  for (const [, name, value] of String(request.KeyConditionExpression).matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((request.ExpressionAttributeNames?.[name!] ?? name) === partition) {
      return request.ExpressionAttributeValues?.[value!];
    }
  }
  return undefined;
}

/** The top-level attributes a request names. Every name in an expression counts, as on AWS. */
function namedAttributes(items: Item[], request: TablePart): string[] {
  const names = new Set(items.flatMap((item) => Object.keys(item)));
  for (const name of request.AttributesToGet ?? []) names.add(name);
  const expressions = [request.ProjectionExpression, request.UpdateExpression, request.ConditionExpression];
  for (const expression of [...expressions, request.FilterExpression, request.KeyConditionExpression]) {
    for (const name of attributesIn(expression, request.ExpressionAttributeNames)) names.add(name);
  }
  return [...names];
}

/** Words of the expression language that are no attributes. */
const RESERVED = new Set(
  'and or not between in set remove add delete attribute_exists attribute_not_exists attribute_type begins_with contains size if_not_exists list_append'.split(
    ' ',
  ),
);

export function attributesIn(expression: string | undefined, names: Record<string, string> = {}): string[] {
  if (!expression) return [];
  const found: string[] = [];
  // A path's first step only: not what follows a dot, not a :value, not a [3].
  for (const [, word] of expression.matchAll(/(?<![:.\w#[])(#?[A-Za-z_]\w*)/g)) {
    if (!RESERVED.has(word!.toLowerCase())) found.push(word!.startsWith('#') ? (names[word!] ?? word!) : word!);
  }
  return found;
}

export function findIndex(table: Resource | undefined, index: string | undefined): IndexProperties | undefined {
  const indexes: { LocalSecondaryIndexes?: IndexProperties[]; GlobalSecondaryIndexes?: IndexProperties[] } =
    table?.properties ?? {};
  const { LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = indexes;
  return [...LocalSecondaryIndexes, ...GlobalSecondaryIndexes].find(({ IndexName }) => IndexName === index);
}
