import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** Makes a queue that keeps undelivered events for two weeks. */
export function deadLetterQueue(scope: Construct): Queue {
  const queue = new Queue(scope, "Undelivered", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(
    queue,
    ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    "This is a dead-letter queue: nothing consumes it.",
  );
  return queue;
}
