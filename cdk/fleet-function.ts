import { Duration } from "aws-cdk-lib";
import {
  type PolicyStatement,
  Role,
  ServicePrincipal,
  PolicyStatement as Statement,
} from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { bundleFunction, type FunctionName } from "./bundle.ts";
import type { VpcAttachment } from "./region-config.ts";

export interface FleetFunctionProps {
  readonly function: FunctionName;
  /** Unique in the region: `<fleet>-<function>`. */
  readonly functionName: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the function may do beside writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  readonly logGroup: LogGroup;
  readonly vpc: VpcAttachment | null;
  readonly reservedConcurrency: number | null;
}

/** Reads of the EC2 interfaces that Lambda itself makes for a function in a VPC; AWS has no narrower form. */
const VPC_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** One Lambda function with a role of its own: named actions on named resources, nothing managed. */
export class FleetFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: FleetFunctionProps) {
    super(scope, id);
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Runs ${props.functionName}`,
    });
    this.lambda = new LambdaFunction(this, "Function", {
      functionName: props.functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundleFunction(props.function),
      handler: "index.handler",
      role: this.role.withoutPolicyUpdates(),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      logGroup: props.logGroup,
      loggingFormat: LoggingFormat.JSON,
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      ...(props.reservedConcurrency === null
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    for (const statement of this.#statements(props)) this.role.addToPolicy(statement);
    if (props.vpc !== null) this.#attach(props.vpc);
  }

  #statements(props: FleetFunctionProps): PolicyStatement[] {
    const ownLog = new Statement({
      sid: "OwnLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [props.logGroup.logGroupArn],
    });
    if (props.vpc === null) return [...props.permissions, ownLog];
    const interfaces = new Statement({
      sid: "VpcInterfaces",
      actions: VPC_ACTIONS,
      resources: ["*"],
    });
    return [...props.permissions, ownLog, interfaces];
  }

  /** Set on the resource itself: the subnets are known by id, and no look-up may happen at synth. */
  #attach(vpc: VpcAttachment): void {
    const resource = this.lambda.node.defaultChild as CfnFunction;
    resource.vpcConfig = {
      subnetIds: [...vpc.subnetIds],
      securityGroupIds: [...vpc.securityGroupIds],
      ipv6AllowedForDualStack: vpc.ipv6,
    };
  }
}
