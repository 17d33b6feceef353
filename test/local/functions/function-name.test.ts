import { expect, it } from 'vitest';
import { functionName } from '../../../local/functions/function-name.ts';

it.each([
  ['Carillon/Service/dispatch/Resource', 'dispatch'],
  ['Carillon/Service/Dispatch/Function/Resource', 'dispatch'],
  ['Carillon/Service/Socket/Handler/Resource', 'socket'],
  ['Handler/Resource', 'handler'],
])('%s is named %s', (path, name) => {
  const resource = { logicalId: 'X', type: 'AWS::Lambda::Function', ref: 'x', properties: {}, attributes: {} };
  expect(functionName({ ...resource, metadata: { 'aws:cdk:path': path } })).toBe(name);
});

it('falls back on the logical id without its hash', () => {
  const resource = { type: 'AWS::Lambda::Function', ref: 'x', properties: {}, attributes: {} };
  expect(functionName({ ...resource, logicalId: 'Dispatch0A1B2C3D' })).toBe('dispatch');
});
