import {
  type MatrixRow,
  type RegionReport,
  readRegions,
} from "../../../functions/history/history.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { RegionRow, RegionsRecord } from "../../records/records.ts";
import { jsonContent } from "../http/content.ts";
import { share } from "../live/share.ts";
import { reasonOf } from "./overview.ts";
import type { PageServices, Route } from "./route.ts";

/** As many as `synfleet regions` looks at. */
const MINUTE_COUNT = 5;

/** A minute is judged once a minute; regions report more often. */
const SHARED_MS: DurationMs = 5 * SECOND_MS;

/** `/api/regions`: how each region itself is, and how each target looks from each of them. */
export function regionsRoute({ sources, now }: PageServices): Route {
  const read = share(
    async () => {
      const query = { nowMs: now(), minuteCount: MINUTE_COUNT };
      const { regions, matrix } = await readRegions(sources, query);
      const record: RegionsRecord = {
        regions: regions.map(regionRow),
        retired: sources.fleet.retired ?? [],
        matrix: matrix.map(rowOf),
      };
      return jsonContent(record);
    },
    SHARED_MS,
    now,
  );
  return { method: "GET", path: "/api/regions", answer: async () => ({ content: await read() }) };
}

function regionRow({ unread, ...report }: RegionReport): RegionRow {
  return { ...report, unread: unread === null ? null : reasonOf(unread.cause) };
}

function rowOf({ taskName, targetId, cells }: MatrixRow): RegionsRecord["matrix"][number] {
  const shown = Object.entries(cells).map(([region, cell]) => {
    const { failedPercent, avgConnectTimeMs: avgMs, lossPercent } = cell;
    return [region, { failedPercent, avgMs, lossPercent }] as const;
  });
  return { name: taskName, targetId, cells: Object.fromEntries(shown) };
}
