import { CHECKLY } from "./checkly.ts";
import { CLOUDPROBER } from "./cloudprober.ts";
import { CLOUDWATCH } from "./cloudwatch.ts";
import { DATADOG } from "./datadog.ts";
import { GATUS } from "./gatus.ts";
import type { Peer } from "./monitor.ts";
import { OPEN_STATUS } from "./open-status.ts";
import { PROMETHEUS } from "./prometheus.ts";
import { ROUTE_53 } from "./route-53.ts";
import { SYNFLEET_01 } from "./synfleet-01.ts";
import { UPTIME_KUMA } from "./uptime-kuma.ts";

/** The rules of others, and this project's of yesterday. */
export const PEERS: readonly Peer[] = [
  SYNFLEET_01,
  GATUS,
  PROMETHEUS,
  ROUTE_53,
  DATADOG,
  CHECKLY,
  OPEN_STATUS,
  UPTIME_KUMA,
  CLOUDPROBER,
  CLOUDWATCH,
];
