import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { type DurationMs, type EpochMs, toEpochSeconds } from "../../../shared/units.ts";
import type { Progress, WindowMark } from "../../ports/alert-store.ts";
import { decodeProgress, encodeProgress } from "./alert-item.ts";
import { PROGRESS_KEY, windowKey } from "./alert-key.ts";
import { getItem, putItem, type TableSetup } from "./put-item.ts";

export async function readProgress(setup: TableSetup): Promise<Progress | null> {
  const item = await getItem(setup, PROGRESS_KEY);
  return item === null ? null : decodeProgress(item);
}

export async function writeProgress(setup: TableSetup, progress: Progress): Promise<void> {
  const put = await putItem(
    setup,
    { ...PROGRESS_KEY, ...encodeProgress(progress) },
    {
      expression: "attribute_not_exists(pk) OR watermark_ms <= :next",
      values: { ":next": progress.watermarkMs },
    },
  );
  if (put === "refused") throw new Error("The watermark must not go back");
}

interface MarkSetup extends TableSetup {
  readonly keepMs: DurationMs;
}

export async function beginWindow(setup: MarkSetup, startMs: EpochMs): Promise<WindowMark> {
  const put = await putItem(setup, markItem(setup, startMs, false), {
    expression: "attribute_not_exists(pk)",
  });
  if (put === "stored") return "new";
  const mark = await getItem(setup, windowKey(startMs));
  return mark?.judged === true ? "judged" : "begun";
}

export async function markJudged(setup: MarkSetup, startMs: EpochMs): Promise<void> {
  await putItem(setup, markItem(setup, startMs, true));
}

function markItem({ keepMs }: MarkSetup, startMs: EpochMs, judged: boolean) {
  const expiresAt = toEpochSeconds(startMs + keepMs);
  return { ...windowKey(startMs), judged, [TTL_ATTRIBUTE]: expiresAt };
}
