import { SECOND_MS } from "../../../shared/units.ts";
import { METRICS_TYPE, readMetrics } from "../../metrics/metrics.ts";
import { Content } from "../http/content.ts";
import { share } from "../live/share.ts";
import type { PageServices, Route } from "./route.ts";

/** `/metrics`: the last known minute, for Prometheus. */
export function metricsRoute({ sources, now }: PageServices): Route {
  const read = share(
    async () => new Content(METRICS_TYPE, await readMetrics(sources, now())),
    5 * SECOND_MS,
    now,
  );
  return {
    method: "GET",
    path: "/metrics",
    answer: async () => ({ content: await read() }),
  };
}
