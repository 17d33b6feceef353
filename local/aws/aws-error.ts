// An error as an AWS service returns it: the code and message go onto the wire unchanged.

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error document, e.g. a CancellationReasons list. */
  readonly members: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The call took effect but its answer is lost: the connection is cut without a response. */
export class AnswerLost extends Error {}
