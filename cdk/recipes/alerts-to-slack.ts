import { Duration, SecretValue } from "aws-cdk-lib";
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  type IApiDestination,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { probeAlertPattern } from "./alert-pattern.ts";

/** The fleet's bus, and the secret part of the webhook's address. */
export interface AlertsToSlackProps {
  readonly bus: IEventBus;
  /** The incoming webhook's path after `https://hooks.slack.com/services/`, in Secrets Manager. */
  readonly webhookPath: SecretValue;
}

/**
 * Posts one line to a Slack channel for every change of state, of a task, of an impaired region and of
 * a group, through an incoming webhook.
 */
export class AlertsToSlack extends Construct {
  constructor(scope: Construct, id: string, { bus, webhookPath }: AlertsToSlackProps) {
    super(scope, id);
    // The webhook's address is its only secret, but EventBridge requires a header too.
    const connection = new Connection(this, "Connection", {
      authorization: Authorization.apiKey("x-sent-by", SecretValue.unsafePlainText("synfleet")),
    });
    const destination = new ApiDestination(this, "Webhook", {
      connection,
      endpoint: `https://hooks.slack.com/services/${webhookPath.unsafeUnwrap()}`,
      rateLimitPerSecond: 1,
    });
    const undelivered = new Queue(this, "Undelivered", {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new Rule(this, "Rule", {
      eventBus: bus,
      eventPattern: probeAlertPattern({
        reminders: true,
        quietings: true,
        regionImpairments: true,
        fleetTroubles: true,
        groupHealth: true,
      }),
      targets: [
        new ApiDestinationTarget(destination as IApiDestination, {
          // Escaped by the fleet, because a rule can't; and without markup of a name's own.
          event: RuleTargetInput.fromObject({
            text: EventField.fromPath("$.detail.slack.text"),
            mrkdwn: false,
            unfurl_links: false,
          }),
          deadLetterQueue: undelivered,
        }),
      ],
    });
  }
}
