// Validation plugins and acknowledgements: the CDK has this class since 2.257, and an app with an older one synthesizes
// too.
import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Acknowledgement {
  id: string;
  reason: string;
}

export const Validations = {
  of(scope: IConstruct) {
    return {
      acknowledge(...acknowledgements: Acknowledgement[]): void {
        // Undefined in an older CDK, whatever the types say.
        const validations: typeof cdk.Validations | undefined = cdk.Validations;
        validations?.of(scope).acknowledge(...acknowledgements);
      },
      addPlugin(plugin: cdk.IPolicyValidationPlugin): void {
        const validations: typeof cdk.Validations | undefined = cdk.Validations;
        if (validations) validations.of(scope).addPlugins(plugin);
        // An older CDK gives a plugin less to look at, and takes the same report.
        else cdk.Stage.of(scope)?.policyValidationBeta1.push(plugin as cdk.IPolicyValidationPluginBeta1);
      },
    };
  },
};
