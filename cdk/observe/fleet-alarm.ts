import { Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";

/** An alarm; its title is also the heading of the runbook article that says what to do. */
export interface FleetAlarmProps {
  readonly title: string;
  readonly meaning: string;
  readonly metric: IMetric;
  /** The alarm is raised above this value. */
  readonly above?: number;
  /** The alarm is raised below this value; give only one of `above` and `below`. */
  readonly below?: number;
  /** For how many minutes in a row. */
  readonly minutes: number;
  /** Whether missing data raises the alarm too (a dead man's switch). */
  readonly silenceIsBad?: boolean;
}

const RUNBOOK = "docs/runbook.md";

/** Makes the alarm `<fleet>-<title>-<region>`, whose description links its runbook article. */
export function fleetAlarm(scope: Construct, fleet: FleetConfig, props: FleetAlarmProps): Alarm {
  const anchor = props.title.toLowerCase().replaceAll(" ", "-");
  return new Alarm(scope, `${props.title} alarm`, {
    alarmName: `${fleet.name}-${anchor}-${Stack.of(scope).region}`,
    alarmDescription: `${props.meaning} Runbook: ${RUNBOOK}#${anchor}`,
    metric: props.metric,
    threshold: props.above ?? props.below ?? 0,
    comparisonOperator:
      props.below === undefined
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: props.minutes,
    datapointsToAlarm: props.minutes,
    treatMissingData:
      props.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}
