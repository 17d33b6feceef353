// What the AWS port answers before any service is involved: no signature, a wrong region, a service not emulated.
import { AwsError } from './aws-error.ts';
import type { WireRequest, WireResponse } from './service.ts';

export function missingSignature(request: WireRequest): WireResponse {
  return inCallersForm(
    'MissingAuthenticationToken',
    'The request is not signed with SigV4. Use the access key that the console and GET /_local/outputs show.',
    403,
    request,
  );
}

export function unknownService(name: string, emulated: string[], request: WireRequest): WireResponse {
  return inCallersForm(
    'ServiceNotEmulated',
    `The local runtime does not emulate the service ${name}. It emulates: ${emulated.join(', ')}.`,
    501,
    request,
  );
}

export function wrongRegion(given: string, region: string): AwsError {
  return new AwsError(
    'InvalidSignatureException',
    `Credential should be scoped to a valid region: the local runtime is in ${region}, the request was signed for ` +
      `${given}. Set AWS_REGION=${region} or pass --region ${region}.`,
    403,
  );
}

export function genericError(code: string, message: string, status: number): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** SDKs of the older query services (STS, IAM …) send forms and can only read an XML error. */
function inCallersForm(code: string, message: string, status: number, request: WireRequest): WireResponse {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return genericError(code, message, status);
  }
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`,
  };
}
