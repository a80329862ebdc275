import type { EpochMs } from "../../shared/units.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { durationOption, instantOption, textOption } from "../command/read-option.ts";

/** Who says something, and why. */
export const AUTHOR_OPTIONS: Options = {
  reason: { type: "string", value: "TEXT", about: "Why; required." },
  by: { type: "string", value: "NAME", about: "Who says so (default: your user name)." },
};

/** When it ends. */
export const END_OPTIONS: Options = {
  for: { type: "string", value: "2h", about: "How long: 90s, 15m, 2h or 7d." },
  until: { type: "string", value: "TIME", about: "To when instead: an ISO time." },
};

/** Who says it and why; throws UsageError without a reason. */
export function authorOf(call: Call): { readonly by: string; readonly reason: string } {
  const reason = textOption(call, "reason");
  if (reason === null) throw new UsageError("--reason is required.");
  return { by: textOption(call, "by") ?? call.io.user(), reason };
}

/** When it ends that begins at an instant; null if the call does not say. */
export function endOf(call: Call, fromMs: EpochMs): EpochMs | null {
  const durationMs = durationOption(call, "for");
  const untilMs = instantOption(call, "until");
  if (durationMs !== null && untilMs !== null) throw new UsageError("--for excludes --until.");
  if (untilMs !== null && untilMs <= fromMs) {
    throw new UsageError("--until must be after the beginning.");
  }
  return durationMs === null ? untilMs : fromMs + durationMs;
}
