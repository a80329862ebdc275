import { isDeepStrictEqual } from "node:util";
import { DEFAULT_ALERT_POLICY } from "../../../shared/health/rules/rules.ts";
import { HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import type { Row } from "../../report.ts";
import { seedOf } from "../cells.ts";
import { driveRule } from "../drivers/drive-rule.ts";
import type { SeedSet } from "../options.ts";
import { FleetRule } from "../rule/fleet-rule.ts";
import { type Setting, settingText } from "../setting.ts";
import { makeWorld } from "../worlds/kind.ts";
import { worldKind } from "../worlds/worlds.ts";
import { RealHome } from "./real-home.ts";

/** Worlds in which something happens, and how the task is checked there: a minute at most. */
const COMPARED: readonly (readonly [world: string, regions: number, seconds: number])[] = [
  ["outages mixed", 3, 60],
  ["flapping 60 s", 1, 30],
  ["late chunks", 3, 60],
  ["home away", 3, 60],
  ["1 of 4 dead", 3, 30],
  ["loss 5 %", 3, 15],
  ["broken path", 2, 60],
  ["outage 2 min", 5, 15],
  ["flapping 300 s", 3, 60],
  ["missing chunks", 2, 30],
  ["chunks twice", 3, 30],
  ["hints lost", 3, 60],
  ["hints twice", 3, 15],
  ["day curve", 1, 60],
];

/** How long each is. */
const SPAN_MS = 6 * HOUR_MS;

/** One world in both: what each told, instant by instant. */
export interface Compared {
  readonly row: Row;
  readonly isSame: boolean;
}

/**
 * Puts the fast driver and the real aggregate step, with its stores in memory, through the same worlds,
 * and compares what they tell.
 */
export async function compareHomes(seeds: SeedSet, count: number): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [world, regionCount, seconds] of COMPARED.slice(0, count)) {
    const setting = { regionCount, scheduleMs: seconds * SECOND_MS };
    compared.push(await compareIn(world, setting, seeds));
  }
  return compared;
}

async function compareIn(name: string, setting: Setting, seeds: SeedSet): Promise<Compared> {
  const kind = { ...worldKind(name), spanMs: SPAN_MS };
  const world = makeWorld(kind, seedOf(seeds, name, 0), setting.regionCount);
  const policy = DEFAULT_ALERT_POLICY;
  const home = new RealHome(world, setting, policy);
  const { notes } = driveRule(world, {
    ...{ setting, policy, ways: { hints: true, secondOpinions: false }, skips: false },
    rule: new FleetRule({ setting, policy, isSick: () => false, incidentsAlone: false }),
    journal: home,
  });
  const real = await home.play();
  const isSame = isDeepStrictEqual(notes, real.notes);
  return {
    isSame,
    row: {
      ...{ world: name, setting: settingText(setting), windows: real.windowCount },
      ...{ looks: real.lookCount, "events, fast": notes.length, "events, real": real.notes.length },
      "": isSame ? "same" : "DIFFERENT",
    },
  };
}
