import { marshall } from "@aws-sdk/util-dynamodb";
import {
  type DurationMs,
  type EpochMs,
  isRegionName,
  MINUTE_MS,
  startOfMinute,
  toIso,
} from "../../../shared/units.ts";
import type { Progress, ProgressStore, StoredProgress } from "../../ports/progress-store.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  damaged,
  expiryAttribute,
  isInteger,
  LATEST_MS,
  readInstant,
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

/** No instant, no number or absent: nothing says that the watermark would go back. */
const UNREADABLE = "NOT watermark_ms BETWEEN :first AND :last";

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
          expression: `attribute_not_exists(pk) OR watermark_ms <= :next OR ${UNREADABLE}`,
          values: { ":next": progress.watermarkMs, ":first": 0, ":last": LATEST_MS },
        },
      });
      if (put === "lost") throw new Error("The watermark must not go back");
    },

    async takeBackProgress(ahead, next) {
      const put = await putVersioned(setup, PROGRESS_KEY, {
        item: marshall({ ...PROGRESS_KEY, ...encodeProgress(next) }),
        condition: {
          expression: "watermark_ms >= :ahead AND watermark_ms < :end",
          values: { ":ahead": ahead.watermarkMs, ":end": ahead.watermarkMs + MINUTE_MS },
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

function encodeProgress({ watermarkMs, openWindows, pass, heard }: Progress) {
  return {
    watermark_ms: watermarkMs,
    open_windows: openWindows.map(({ startMs, regions }) => ({ start_ms: startMs, regions })),
    ...(pass !== undefined && { pass }),
    ...(heard !== undefined && { heard }),
  };
}

/** What can't be read is left out, because the runs go on without it. */
function decodeProgress(item: StoredItem): StoredProgress {
  const faults: string[] = [];
  const orElse = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  const windows = orElse(() => readList(item, "open_windows"), []);
  const pass = orElse(() => readPass(item), undefined);
  const { heard } = item.fields;
  return {
    watermarkMs: orElse(() => readWatermark(item), null),
    openWindows: windows.flatMap((stored) => orElse(() => [decodeOpenWindow(stored)], [])),
    ...(pass !== undefined && { pass }),
    // Without it every hint is looked at.
    ...(Array.isArray(heard) && { heard: heard.filter(isRegionName) }),
    ...(faults.length > 0 && { faults }),
  };
}

function readPass(item: StoredItem): number | undefined {
  const { pass } = item.fields;
  if (pass === undefined || (isInteger(pass) && pass >= 0)) return pass;
  throw damaged(item, "pass must be a whole number from 0 up");
}

/** A window begins with a minute. */
function readWatermark(item: StoredItem): EpochMs {
  const watermarkMs = readNumber(item, "watermark_ms");
  if (watermarkMs >= 0 && watermarkMs <= LATEST_MS) return startOfMinute(watermarkMs);
  throw damaged(item, "watermark_ms must be an instant");
}

function decodeOpenWindow(stored: unknown): Progress["openWindows"][number] {
  const open = storedItem("open window", stored);
  const startMs = readInstant(open, "start_ms");
  if (startMs % MINUTE_MS !== 0) throw damaged(open, "start_ms must begin a minute");
  const counts = Object.entries(readMap(open, "regions")).map(([name, count]) => [
    name,
    typeof count === "number" ? count : null,
  ]);
  return { startMs, regions: Object.fromEntries(counts) };
}
