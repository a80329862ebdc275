import type { FleetSources } from "../../functions/history/history.ts";
import type { EpochMs } from "../../shared/units.ts";
import { metricsText } from "./metrics-text.ts";
import { readFigures } from "./read-figures.ts";

/** The content type of `readMetrics`. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Reads a fleet's last known minute as Prometheus takes it. */
export async function readMetrics(sources: FleetSources, nowMs: EpochMs): Promise<string> {
  return metricsText(await readFigures(sources, nowMs));
}
