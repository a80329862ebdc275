import { inParallel } from "../../functions/in-parallel.ts";
import { examineAlarms } from "./examine-alarms.ts";
import { examineBursts } from "./examine-bursts.ts";
import { examineBus } from "./examine-bus.ts";
import { examineHome, examineProbing } from "./examine-data.ts";
import { examineFunctions } from "./examine-functions.ts";
import { examineQuotas } from "./examine-quotas.ts";
import { examineRetired } from "./examine-retired.ts";
import { examineSchedules } from "./examine-schedules.ts";
import { examineTables } from "./examine-tables.ts";
import { type Examined, type Place, placesOf } from "./examined.ts";
import type { Finding } from "./finding.ts";

const PLACES_AT_ONCE = 6;

const EXAMINATIONS = [
  examineTables,
  examineFunctions,
  examineSchedules,
  examineBursts,
  examineBus,
  examineQuotas,
  examineAlarms,
  examineProbing,
  examineHome,
] as const;

/** Asks every part of a fleet. A region that can't be asked fails only itself. */
export async function examineFleet(examined: Examined): Promise<Finding[]> {
  const [places, retired] = await Promise.all([
    inParallel(placesOf(examined.fleet), PLACES_AT_ONCE, (place) => examinePlace(examined, place)),
    examineRetired(examined),
  ]);
  return [...places.flat(), ...retired];
}

async function examinePlace(examined: Examined, place: Place): Promise<Finding[]> {
  const found = await Promise.all(EXAMINATIONS.map((examine) => examine(examined, place)));
  return found.flat();
}
