// API Gateway's WebSocket events as they really arrive; the published types lack the authorizer's context and more.

interface SocketRequestContext {
  routeKey: string;
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  connectionId: string;
  requestId: string;
  /** Strings only: API Gateway converts an authorizer's numbers and booleans to text. */
  authorizer?: Partial<Record<string, string>>;
}

export interface SocketEvent {
  requestContext: SocketRequestContext;
  body?: string | null;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
export interface AuthorizerEvent {
  methodArn: string;
  headers?: Partial<Record<string, string>> | null;
  queryStringParameters?: Partial<Record<string, string>> | null;
}

export interface SocketResponse {
  statusCode: number;
  body?: string;
}

/** What `authorize` hands to the later routes, as text. */
export interface AuthorizerContext {
  user_id: string;
  org_id?: string;
  /** JSON list. */
  topics: string;
  issued_at?: string;
  expires_at?: string;
}
