import { Duration, SecretValue } from "aws-cdk-lib";
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpParameter,
  type IApiDestination,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { probeAlertPattern } from "./alert-pattern.ts";

/** The fleet's bus, and the key of the PagerDuty service. */
export interface AlertsToPagerDutyProps {
  readonly bus: IEventBus;
  /** The integration key of a service's Events API v2 integration, in Secrets Manager. */
  readonly routingKey: SecretValue;
}

/**
 * Opens a PagerDuty incident when a task leaves OK, and resolves it when the task is OK again. So it
 * does for an impaired region and for a group that is below its `min_healthy`.
 */
export class AlertsToPagerDuty extends Construct {
  constructor(scope: Construct, id: string, { bus, routingKey }: AlertsToPagerDutyProps) {
    super(scope, id);
    // The key goes from the connection's own secret into the body; PagerDuty ignores the header.
    const connection = new Connection(this, "Connection", {
      authorization: Authorization.apiKey("x-sent-by", SecretValue.unsafePlainText("synfleet")),
      bodyParameters: { routing_key: HttpParameter.fromSecret(routingKey) },
    });
    const destination = new ApiDestination(this, "EventsApi", {
      connection,
      endpoint: "https://events.pagerduty.com/v2/enqueue",
    });
    const undelivered = new Queue(this, "Undelivered", {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const field = (name: string) => EventField.fromPath(`$.detail.pagerduty.${name}`);
    new Rule(this, "Rule", {
      eventBus: bus,
      eventPattern: probeAlertPattern({
        regionAdvisories: true,
        reminders: true,
        regionImpairments: true,
        fleetTroubles: true,
        groupHealth: true,
      }),
      targets: [
        new ApiDestinationTarget(destination as IApiDestination, {
          event: RuleTargetInput.fromObject({
            event_action: field("event_action"),
            dedup_key: field("dedup_key"),
            payload: field("payload"),
          }),
          deadLetterQueue: undelivered,
        }),
      ],
    });
  }
}
