// What the gateways refuse of the template's resources, by name.
import type { Resource } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import { gatewaySupport } from './support.ts';

/** Throws when the resource asks for something the gateways don't do. */
export function checkProperties(resource: Resource): void {
  assertSupported(resource, gatewaySupport.types);
}

/** As checkProperties; and on AWS a stage with nothing deployed serves nothing. */
export function checkStage(stage: Resource): void {
  checkProperties(stage);
  if (stage.properties.AutoDeploy === true || stage.properties.DeploymentId) return;
  throw new Error(
    `${stage.logicalId} (${stage.type}) has neither AutoDeploy nor a DeploymentId: on AWS it would serve no route. Set AutoDeploy: true.`,
  );
}

export function notEmulated(resource: Resource, property: string, value: unknown, remedy = ''): never {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new Error(
    `${resource.logicalId} (${resource.type}): ${property} = ${shown?.slice(0, 200)} is not emulated by the local gateway.` +
      ` ${remedy || 'Use what local/gateway/support.ts lists, or emulate this one.'}`,
  );
}
