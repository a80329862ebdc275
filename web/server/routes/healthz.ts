import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  toIso,
} from "../../../shared/units.ts";
import { jsonContent } from "../http/content.ts";
import { share } from "../live/share.ts";
import type { PageServices, Route } from "./route.ts";

/** A minute is summarised 90 s after its end at the latest. A fleet that has just begun has as long. */
const USUAL_AGE_MS: DurationMs = 4 * MINUTE_MS;

/** `/healthz`: whether the fleet runs; 503 if it has summarised no minute lately. It tells nothing else. */
export function healthzRoute({ sources, now }: PageServices): Route {
  const beganAtMs = now();
  const read = share(() => sources.progress.readProgress(), 5 * SECOND_MS, now);
  return {
    method: "GET",
    path: "/healthz",
    isOpen: true,
    isLinkable: true,
    answer: async () => {
      const watermarkMs = (await read())?.watermarkMs ?? null;
      const isHealthy = isFresh(watermarkMs ?? beganAtMs, now());
      const told = watermarkMs === null ? null : toIso(watermarkMs);
      return {
        status: isHealthy ? 200 : 503,
        content: jsonContent({ healthy: isHealthy, summarised_to: told }),
        headers: { "cache-control": "no-store" },
      };
    },
  };
}

function isFresh(atMs: EpochMs, nowMs: EpochMs): boolean {
  return Math.abs(nowMs - atMs) <= USUAL_AGE_MS;
}
