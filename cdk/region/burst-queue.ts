import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENV, FUNCTION_TIMEOUT_SECONDS } from "../../shared/contract.ts";
import { acknowledge } from "../parts/acknowledge.ts";

/** A burst is over long before that, so what failed then is of no use. */
const KEPT_FOR = Duration.minutes(5);

/** For each shard: the rest of a term, and that of the term before it, if that waits for answers. */
const CONCURRENT_BURSTS = 2;

/** The queue that brings a region's probes the next burst of a lease term (docs/decisions/0067). */
export class BurstQueue extends Construct {
  readonly #queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Lambda wants no less than the function's own.
      visibilityTimeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS.probe),
      retentionPeriod: KEPT_FOR,
    });
    acknowledge(
      this.#queue,
      ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
      "A message is of use for seconds; what it did not bring is accounted for as missed.",
    );
  }

  /** What the probe must know. */
  get environment(): Record<string, string> {
    return { [ENV.burstQueue]: this.#queue.queueUrl };
  }

  /** To send is for the function itself; the rest is for the mapping, which uses the function's role. */
  get permissions(): PolicyStatement[] {
    const actions = ["SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
    return [
      new PolicyStatement({
        sid: "BringBursts",
        actions: actions.map((action) => `sqs:${action}`),
        resources: [this.#queue.queueArn],
      }),
    ];
  }

  /** Has the messages brought to the probe, one at a time. */
  feed(probe: LambdaFunction, shards: number): void {
    const mapping = new EventSourceMapping(this, "Mapping", {
      target: probe,
      eventSourceArn: this.#queue.queueArn,
      batchSize: 1,
      maxConcurrency: CONCURRENT_BURSTS * shards,
    });
    acknowledge(
      mapping,
      ["Serverless-LambdaEventSourceMappingDestination"],
      "A message is of use for seconds, so nobody could make use of one that failed.",
    );
  }
}
