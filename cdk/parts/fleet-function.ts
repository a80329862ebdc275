import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { FUNCTION_TIMEOUT_SECONDS } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { VpcAttachment } from "../config/region-config.ts";
import { acknowledge } from "./acknowledge.ts";
import { bundleFunction, type FunctionName } from "./bundle.ts";
import { logStatement, vpcStatements } from "./grants.ts";
import { logRetention } from "./log-retention.ts";

export interface FleetFunctionProps {
  readonly fleet: FleetConfig;
  readonly function: FunctionName;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the function may do beside writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  readonly vpc: VpcAttachment | null;
  /** Null: it takes its share of the account's. */
  readonly reservedConcurrency: number | null;
}

/** One Lambda function, its log, and a role of its own: named actions on named resources, nothing managed. */
export class FleetFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: FleetFunctionProps) {
    super(scope, id);
    const functionName = `${props.fleet.name}-${props.function}`;
    this.log = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention(props.fleet.logDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.#role(functionName, props);
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundleFunction(props.function),
      handler: "index.handler",
      role: this.role.withoutPolicyUpdates(),
      memorySize: props.memoryMb,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS[props.function]),
      environment: { ...props.environment },
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      // Scheduler invokes asynchronously: Lambda would try twice more, and queue for six hours.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      ...(props.reservedConcurrency === null
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    if (props.vpc !== null) this.#attach(props.vpc);
    acknowledge(
      this.lambda,
      ["Serverless-LambdaAsyncFailureDestination", "Serverless-LambdaDLQ"],
      "The event is a shard's number: there is nothing to keep, and what was missed is accounted for.",
    );
    acknowledge(
      this.lambda,
      ["Serverless-LambdaTracing"],
      "A trace would cost more than the minute that it traces; one log line says the same.",
    );
  }

  /** Its permissions are part of the role itself: there is no moment at which it has none. */
  #role(functionName: string, { permissions, vpc }: FleetFunctionProps): Role {
    const statements = [
      ...permissions,
      logStatement(this.log),
      ...(vpc === null ? [] : vpcStatements(this, functionName)),
    ];
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Runs ${functionName}`,
      inlinePolicies: { permissions: new PolicyDocument({ statements }) },
    });
    if (vpc !== null)
      acknowledge(
        role,
        ["AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"],
        "Lambda makes a VPC function's interfaces; EC2 has no narrower resource for it.",
      );
    return role;
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
