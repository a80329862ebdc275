import { type NextBurst, printNextBurst } from "../../../shared/request/request.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../../shared/units.ts";
import type { BurstQueue } from "../../ports/burst-relay.ts";
import type { SignedSender } from "../signed-request/signed-request.ts";

/** Where messages are sent. */
export interface QueueSetup {
  readonly region: RegionName;
  readonly queueUrl: string;
  /** Instead of the queue's own host. */
  readonly endpoint: string | undefined;
  readonly sender: Pick<SignedSender, "send">;
}

const OK = 200;

/**
 * Sends messages to one queue. A client for SQS would be a third of the bundle.
 * Source: SQS API reference, "SendMessage", and "AWS JSON protocol": a delay is 0 to 900 whole seconds.
 */
export function createBurstQueue({ region, queueUrl, endpoint, sender }: QueueSetup): BurstQueue {
  return {
    async send(next: NextBurst, delayMs: DurationMs) {
      const message = {
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(printNextBurst(next)),
        DelaySeconds: Math.max(0, Math.floor(delayMs / SECOND_MS)),
      };
      const answer = await sender.send({
        service: "sqs",
        region,
        path: "/",
        endpoint,
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "AmazonSQS.SendMessage",
        },
        body: JSON.stringify(message),
      });
      return answer?.statusCode === OK ? "sent" : "failed";
    },
  };
}
