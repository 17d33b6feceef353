// The function behind every route of an HTTP API, allowed to be invoked once and for all of them.
import { Stack } from 'aws-cdk-lib';
import {
  type HttpApi,
  HttpIntegrationType,
  HttpRouteIntegration,
  type HttpRouteIntegrationBindOptions,
  type HttpRouteIntegrationConfig,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/**
 * CDK's own `HttpLambdaIntegration` adds a permission for each route in the oldest CDK that we support: with 22 routes
 * they nearly fill the 20 KB of the function's resource policy (AWS limit). Its `scopePermissionToRoute` came later.
 */
export class FunctionIntegration extends HttpRouteIntegration {
  readonly #function: IFunction;

  constructor(id: string, api: HttpApi, handler: IFunction) {
    super(id);
    this.#function = handler;
    handler.addPermission(`${id}-Permission`, {
      scope: api,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(api).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/*/*' }),
    });
  }

  override bind(_options: HttpRouteIntegrationBindOptions): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.#function.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    };
  }
}
