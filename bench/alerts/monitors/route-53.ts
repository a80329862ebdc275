import type { Peer } from "./monitor.ts";
import { StreakMonitor, streaksOf } from "./streak-monitor.ts";

/** The share of the checkers that must see an endpoint healthy: more than 18 %. */
const HEALTHY_SHARE = 0.18;

/**
 * Route 53 health checks: each checker turns after three checks in a row (the default failure
 * threshold, both ways), and the endpoint is healthy while more than 18 % of the checkers say so.
 * Source: Route 53 developer guide, dns-failover-determining-health-of-endpoints.
 */
export const ROUTE_53: Peer = {
  name: "Route 53",
  source: "Route 53 developer guide, dns-failover-determining-health-of-endpoints",
  places: "all",
  isInStep: false,
  retryDelaysMs: [],
  start: ({ regionCount }) =>
    new StreakMonitor(
      streaksOf(regionCount, 3, 3),
      (downCount) => (regionCount - downCount) / regionCount <= HEALTHY_SHARE,
    ),
};
