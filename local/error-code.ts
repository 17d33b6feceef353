// The code of whatever was thrown: ENOENT of Node.js, AccessDeniedException of AWS.

export function errorCode(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
}
