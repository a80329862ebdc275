import { ArnFormat, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { EVENT_SOURCE } from "../../shared/contract.ts";

/** A table by name in any region of this account: no reference crosses a stack. */
export function tableArn(scope: IConstruct, tableName: string, region: string): string {
  return Stack.of(scope).formatArn({
    service: "dynamodb",
    region,
    resource: "table",
    resourceName: tableName,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Named actions on named tables. `keys` narrows them to partition keys of a form, `*` as wildcard. */
export function tableStatement(props: {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly tableArns: readonly string[];
  readonly keys?: readonly string[];
}): PolicyStatement {
  return new PolicyStatement({
    sid: props.sid,
    actions: props.actions.map((action) => `dynamodb:${action}`),
    resources: [...props.tableArns],
    ...(props.keys === undefined
      ? {}
      : { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...props.keys] } } }),
  });
}

/** May publish on one bus, and only as this source. */
export function publishStatement(busArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: "PublishEvents",
    actions: ["events:PutEvents"],
    resources: [busArn],
    conditions: { StringEquals: { "events:source": EVENT_SOURCE } },
  });
}

/** May write its own log, which is there already. */
export function logStatement(log: LogGroup): PolicyStatement {
  return new PolicyStatement({
    sid: "WriteOwnLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [log.logGroupArn],
  });
}

/** What Lambda needs to put a function into a VPC. EC2 knows no narrower resource for these. */
const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda itself may make the function's network interfaces; its code may not. Source: AWS Lambda
 * developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
export function vpcStatements(scope: IConstruct, functionName: string): PolicyStatement[] {
  const functionArn = Stack.of(scope).formatArn({
    service: "lambda",
    resource: "function",
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ sid: "VpcInterfaces", actions: INTERFACE_ACTIONS, resources: ["*"] }),
    new PolicyStatement({
      sid: "VpcInterfacesNotByCode",
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ["*"],
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    }),
  ];
}
