import { Stack } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterQueue } from "./dead-letter-queue.ts";

/** One schedule; its name is unique in the region. */
export interface MinuteSchedule {
  readonly name: string;
  readonly target: LambdaFunction;
  readonly input: object;
}

/**
 * Invokes functions once a minute. There are no retries, and an event is dropped after 60 s: the next
 * invocation does the work of a late minute too, and a duplicate would be ignored. Undelivered
 * events are kept for two weeks.
 */
export class MinuteSchedules extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, schedules: readonly MinuteSchedule[]) {
    super(scope, id);
    this.undelivered = deadLetterQueue(this);
    const role = this.#role([...new Set(schedules.map(({ target }) => target.functionArn))]);
    for (const { name, target, input } of schedules)
      new CfnSchedule(this, `Every minute ${name}`, {
        name,
        scheduleExpression: "rate(1 minute)",
        flexibleTimeWindow: { mode: "OFF" },
        state: "ENABLED",
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify(input),
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
          deadLetterConfig: { arn: this.undelivered.queueArn },
        },
      });
  }

  #role(functionArns: string[]): Role {
    const statements = [
      new PolicyStatement({
        sid: "InvokeFunctions",
        actions: ["lambda:InvokeFunction"],
        resources: functionArns,
      }),
      new PolicyStatement({
        sid: "KeepUndelivered",
        actions: ["sqs:SendMessage"],
        resources: [this.undelivered.queueArn],
      }),
    ];
    return new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: "Invokes the fleet's functions once a minute",
      inlinePolicies: { permissions: new PolicyDocument({ statements }) },
    });
  }
}
