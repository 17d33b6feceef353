// CORS as an HTTP API does it: preflights answered by the gateway, the backend's own CORS headers replaced.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
import type { IncomingMessage } from 'node:http';

interface CorsConfiguration {
  AllowOrigins?: string[];
  AllowMethods?: string[];
  AllowHeaders?: string[];
  ExposeHeaders?: string[];
  AllowCredentials?: boolean;
  MaxAge?: number;
}

export interface Cors {
  isPreflight(req: IncomingMessage): boolean;
  preflightHeaders(req: IncomingMessage): Record<string, string>;
  responseHeaders(req: IncomingMessage): Record<string, string>;
}

export function cors(configuration: CorsConfiguration): Cors {
  const { AllowOrigins = [], AllowMethods = [], AllowHeaders = [], ExposeHeaders = [] } = configuration;
  const allowOrigin = (req: IncomingMessage) => {
    const origin = req.headers.origin;
    if (!origin) return undefined;
    if (AllowOrigins.includes('*')) return '*';
    const allowed = AllowOrigins.some(
      (entry) => entry === origin || (entry.endsWith('*') && origin.startsWith(entry.slice(0, -1))),
    );
    return allowed ? origin : undefined;
  };
  const responseHeaders = (req: IncomingMessage): Record<string, string> => {
    const origin = allowOrigin(req);
    if (!origin) return {};
    return {
      'access-control-allow-origin': origin,
      ...(configuration.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
      ...(ExposeHeaders.length > 0 && { 'access-control-expose-headers': ExposeHeaders.join(',') }),
      ...(origin !== '*' && { vary: 'Origin' }),
    };
  };
  return {
    isPreflight: (req) =>
      req.method === 'OPTIONS' && Boolean(req.headers.origin && req.headers['access-control-request-method']),
    responseHeaders,
    preflightHeaders(req) {
      const headers = responseHeaders(req);
      if (Object.keys(headers).length === 0) return headers;
      return {
        ...headers,
        ...(AllowMethods.length > 0 && { 'access-control-allow-methods': AllowMethods.join(',') }),
        ...(AllowHeaders.length > 0 && { 'access-control-allow-headers': AllowHeaders.join(',') }),
        ...(configuration.MaxAge !== undefined && { 'access-control-max-age': String(configuration.MaxAge) }),
      };
    },
  };
}
