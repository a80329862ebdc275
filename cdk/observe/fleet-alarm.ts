import { Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";

/** An alarm and the runbook article that says what to do. The article's heading is the alarm's title. */
export interface FleetAlarmProps {
  readonly title: string;
  readonly meaning: string;
  readonly metric: IMetric;
  /** The threshold, above or below which it is bad. */
  readonly above?: number;
  readonly below?: number;
  /** Minutes in a row. */
  readonly minutes: number;
  /** No data is as bad as a breach: the dead man's switch. */
  readonly silenceIsBad?: boolean;
}

const RUNBOOK = "docs/runbook.md";

/** One alarm, `<fleet>-<title>-<region>`; its description says where to read on. */
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
