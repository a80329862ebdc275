import { marshall } from "@aws-sdk/util-dynamodb";
import { type DurationMs, type EpochMs, toIso } from "../../../shared/units.ts";
import type { Progress, ProgressStore } from "../../ports/progress-store.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  expiryAttribute,
  readList,
  readMap,
  readNumber,
  type StoredItem,
  storedItem,
} from "./stored-item.ts";
import {
  getItem,
  type Item,
  type Key,
  putIf,
  putItem,
  putVersioned,
  type TableSetup,
} from "./table.ts";

/** The key of the fleet's progress. */
export const PROGRESS_KEY = { pk: "fleet", sk: "watermark" };

/** The progress store's table, and how long it keeps the mark of a window. */
interface ProgressStoreSetup extends TableSetup {
  readonly keepMs: DurationMs;
}

/** Progress and window marks in the home region's `alerts` table. */
export function createProgressStore(setup: ProgressStoreSetup): ProgressStore {
  return {
    async readProgress() {
      const item = await getItem(setup, PROGRESS_KEY);
      return item === null ? null : decodeProgress(storedItem("progress", toPlainItem(item)));
    },

    async writeProgress(progress) {
      const put = await putVersioned(setup, PROGRESS_KEY, {
        item: marshall({ ...PROGRESS_KEY, ...encodeProgress(progress) }),
        condition: {
          expression: "attribute_not_exists(pk) OR watermark_ms <= :next",
          values: { ":next": progress.watermarkMs },
        },
      });
      if (put === "lost") throw new Error("The watermark must not go back");
    },

    async takeBackProgress(ahead, next) {
      const put = await putVersioned(setup, PROGRESS_KEY, {
        item: marshall({ ...PROGRESS_KEY, ...encodeProgress(next) }),
        condition: {
          expression: "watermark_ms = :ahead",
          values: { ":ahead": ahead.watermarkMs },
        },
      });
      if (put === "lost") throw new Error("The watermark was changed by another run");
    },

    // An equal mark may be one of an earlier run, which then may have written summaries already. So
    // a retry of the SDK reads as "begun": that costs reads and loses nothing.
    async beginWindow(startMs, pass = 0) {
      const put = await putIf(setup, markItem(setup, { startMs, pass, judged: false }), {
        expression: "attribute_not_exists(pk)",
      });
      if (put === "stored") return "new";
      const mark = await getItem(setup, windowKey(startMs));
      if (Number(mark?.pass?.N ?? 0) !== pass) {
        await putItem(setup, markItem(setup, { startMs, pass, judged: false }));
        return "again";
      }
      return mark?.judged?.BOOL === true ? "judged" : "begun";
    },

    async markJudged(startMs, pass = 0) {
      await putItem(setup, markItem(setup, { startMs, pass, judged: true }));
    },
  };
}

/** The key of a window's mark; the marks of a day share a partition. */
export function windowKey(startMs: EpochMs): Key {
  const iso = toIso(startMs);
  return { pk: `window#${iso.slice(0, 10)}`, sk: iso };
}

interface Mark {
  readonly startMs: EpochMs;
  /** Not stored if it is 0. */
  readonly pass: number;
  readonly judged: boolean;
}

function markItem({ keepMs }: ProgressStoreSetup, { startMs, pass, judged }: Mark): Item {
  const mark = { ...windowKey(startMs), judged, ...(pass > 0 && { pass }) };
  return { ...marshall(mark), ...expiryAttribute(startMs + keepMs) };
}

function encodeProgress({ watermarkMs, openWindows, pass }: Progress) {
  return {
    watermark_ms: watermarkMs,
    open_windows: openWindows.map(({ startMs, regions }) => ({ start_ms: startMs, regions })),
    ...(pass !== undefined && { pass }),
  };
}

function decodeProgress(item: StoredItem): Progress {
  return {
    watermarkMs: readNumber(item, "watermark_ms"),
    openWindows: readList(item, "open_windows").map(decodeOpenWindow),
    ...(item.fields.pass !== undefined && { pass: readNumber(item, "pass") }),
  };
}

function decodeOpenWindow(stored: unknown): Progress["openWindows"][number] {
  const open = storedItem("open window", stored);
  const counts = Object.entries(readMap(open, "regions")).map(([name, count]) => [
    name,
    typeof count === "number" ? count : null,
  ]);
  return { startMs: readNumber(open, "start_ms"), regions: Object.fromEntries(counts) };
}
