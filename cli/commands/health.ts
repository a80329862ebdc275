import { findRunningFleet } from "../../local/aws/local-data.ts";
import { type OpenTrouble, openTroubles } from "../../shared/fleet-health/fleet-health.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS, toIso } from "../../shared/units.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { durationOption, flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS, placeOf } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { troubleLine, troubleRecord } from "../show/print-overview.ts";

/** A minute is summarised 90 s after its end at the latest. */
const USUAL_AGE_MS: DurationMs = 4 * MINUTE_MS;

/** `synfleet health`: whether the fleet runs, for what watches over processes and containers. */
export const health: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    within: {
      type: "string",
      value: "TIME",
      about: "How old the last summarised minute may be, e.g. 90s or 10m (default 4m).",
    },
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "A fleet is healthy if it answers and has summarised a minute lately. How its tasks stand is another question: see status.",
    "Troubles of the fleet itself, e.g. a region that reports nothing, are named, and are no answer to that question.",
    "In its first minutes a fleet has summarised none yet and is not healthy: give it four minutes after its start.",
    "Exit codes: 0 healthy, 1 not, 3 it could not be asked.",
  ],
  run: async (call) => {
    const withinMs = durationOption(call, "within") ?? USUAL_AGE_MS;
    const found = await look(call);
    const isHealthy = found.isRunning && isFresh(found.watermarkMs, call.io.now(), withinMs);
    if (flagOption(call, "json")) call.io.out(JSON.stringify(recordOf(found, isHealthy)));
    else {
      call.io.out(sentenceOf(found, call.io.now()) + retiredSentence(found));
      for (const trouble of found.troubles) call.io.out(troubleLine(trouble));
    }
    return isHealthy ? EXIT.fine : EXIT.no;
  },
};

interface Found {
  readonly isRunning: boolean;
  /** The end of the last summarised minute; null before the first. */
  readonly watermarkMs: EpochMs | null;
  readonly retired?: readonly string[] | undefined;
  /** Of the fleet itself, as home judged them last. */
  readonly troubles: readonly OpenTrouble[];
}

async function look(call: Call): Promise<Found> {
  const place = placeOf(call);
  // Data that nobody has open would be opened by the question.
  if (place.kind === "local" && (await findRunningFleet(place.dir)) === null) {
    return { isRunning: false, watermarkMs: null, troubles: [] };
  }
  return withFleet(call, async (open) => {
    const home = openHome(open);
    const [progress, { record }] = await Promise.all([
      home.progress.readProgress(),
      home.fleetRecord.readFleet(),
    ]);
    const { retired } = open.fleet;
    const troubles = openTroubles(record.state);
    return { isRunning: true, watermarkMs: progress?.watermarkMs ?? null, retired, troubles };
  });
}

/** One that is ahead was made before the clock was set back, and says nothing. */
function isFresh(watermarkMs: EpochMs | null, nowMs: EpochMs, withinMs: DurationMs): boolean {
  if (watermarkMs === null) return false;
  return watermarkMs <= nowMs && nowMs - watermarkMs <= withinMs;
}

function sentenceOf({ isRunning, watermarkMs }: Found, nowMs: EpochMs): string {
  if (!isRunning) return "No fleet runs on this data.";
  if (watermarkMs === null) return "The fleet runs, and has summarised no minute yet.";
  if (watermarkMs > nowMs)
    return "The fleet runs; its last summarised minute is ahead of the clock.";
  const seconds = Math.round((nowMs - watermarkMs) / SECOND_MS);
  return `The fleet runs; its last summarised minute ended ${seconds} s ago.`;
}

function retiredSentence({ retired = [] }: Found): string {
  return retired.length === 0 ? "" : ` Retired: ${retired.join(", ")}.`;
}

function recordOf({ isRunning, watermarkMs, troubles }: Found, isHealthy: boolean): object {
  const watermark = watermarkMs === null ? null : toIso(watermarkMs);
  return {
    ...{ healthy: isHealthy, running: isRunning, watermark },
    troubles: troubles.map(troubleRecord),
  };
}
