// Which rows of the table each function may touch, by call and by the beginning of their partition keys:
// lambdas/aws/keys.ts.

/** Calls that name no key, such as Scan, must not be added: a condition on keys holds for them. */
type Call = 'BatchGetItem' | 'BatchWriteItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';
export type Rows = Partial<Record<Call, readonly string[]>>;

const AUDIENCE = 'AUDIENCE#*';
/** And the names of requests by which broadcasts are found. */
const BROADCASTS = 'BROADCAST*';
const CLAIM = 'CLAIM#*';
const DEVICE = 'DEVICE#*';
const DUE = 'DUE#*';
const FANOUT = 'FANOUT#*';
const HEALTH = 'HEALTH';
const RATE = 'RATE#*';
const REQUEST = 'REQUEST#*';
const SWEEP = 'SWEEP';
const TICKET = 'TICKET#*';
const TOPIC = 'TOPIC#*';
const USER = 'USER#*';

export const ROWS = {
  authorize: { DeleteItem: [TICKET] },
  socket: {
    BatchWriteItem: [USER, TOPIC],
    DeleteItem: [USER],
    BatchGetItem: [CLAIM],
    GetItem: [USER, BROADCASTS, CLAIM],
    PutItem: [USER],
    Query: [USER, BROADCASTS],
    UpdateItem: [USER, TOPIC, RATE, CLAIM],
  },
  inbox: {
    BatchGetItem: [USER, BROADCASTS, CLAIM],
    // The last ones to erase a user.
    BatchWriteItem: [USER, TOPIC, TICKET, REQUEST, DUE, RATE, AUDIENCE, DEVICE],
    DeleteItem: [USER, DEVICE],
    GetItem: [USER, BROADCASTS, DEVICE, AUDIENCE, HEALTH, REQUEST, RATE, CLAIM],
    PutItem: [USER, DEVICE, TICKET],
    Query: [USER, BROADCASTS, TOPIC, FANOUT, REQUEST],
    UpdateItem: [USER, TOPIC, RATE, AUDIENCE, CLAIM],
  },
  dispatch: {
    BatchWriteItem: [USER, TOPIC, REQUEST],
    DeleteItem: [USER, DEVICE, DUE],
    GetItem: [USER, BROADCASTS, DEVICE, REQUEST, SWEEP, FANOUT, RATE],
    PutItem: [USER, BROADCASTS, REQUEST, DUE, SWEEP, FANOUT, CLAIM],
    Query: [USER, BROADCASTS, TOPIC, REQUEST, DUE, FANOUT],
    UpdateItem: [USER, BROADCASTS, REQUEST, DUE, RATE, FANOUT],
  },
  fanout: {
    BatchWriteItem: [USER, TOPIC],
    DeleteItem: [USER],
    GetItem: [FANOUT],
    Query: [TOPIC],
    UpdateItem: [FANOUT],
  },
} satisfies Record<string, Rows>;
