import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC_NAMESPACE } from "../../shared/contract.ts";

/** Which metric of which region, and what of its values a minute shows. */
export interface FleetMetricProps {
  readonly fleet: string;
  readonly region: string;
  readonly name: string;
  readonly statistic: "Sum" | "Maximum" | "Average";
}

/** One of the fleet's own metrics in a region, minute by minute. */
export function fleetMetric(props: FleetMetricProps): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: props.name,
    dimensionsMap: { Fleet: props.fleet, Region: props.region },
    statistic: props.statistic,
    period: Duration.minutes(1),
    region: props.region,
  });
}
