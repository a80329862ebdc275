import { CfnVPCEndpoint } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { GatewayPlace } from "../config/region-config.ts";

/**
 * Makes a gateway endpoint for DynamoDB in the route tables of the user's VPC, which costs nothing. It
 * has no policy of its own, because it is the way of everything else in these subnets too.
 */
export function dynamoDbEndpoint(
  scope: Construct,
  region: string,
  place: GatewayPlace | undefined,
): void {
  if (place === undefined) return;
  new CfnVPCEndpoint(scope, "DynamoDbEndpoint", {
    vpcId: place.vpcId,
    routeTableIds: [...place.routeTableIds],
    serviceName: `com.amazonaws.${region}.dynamodb`,
    vpcEndpointType: "Gateway",
  });
}
