import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import type { FastTime } from "./fast-time.ts";

/** What the processes of a chaos run are told at their start, as JSON in `SYNFLEET_CHAOS`. */
export interface ChaosSetup {
  readonly time: FastTime;
  /** The folder in which a disturbed fleet finds its orders; null for one that is left alone. */
  readonly controlDir: string | null;
  readonly seed: string;
}

/** The variable that brings the setup to a process and its threads. */
export const CHAOS_VARIABLE = "SYNFLEET_CHAOS";

/** What is wrong at the moment for the threads of a disturbed fleet. */
export interface Orders {
  /** How far their clocks are wrong, in the run's time. */
  readonly clockErrorMs: DurationMs;
  /** Until then, by the machine's clock, one call in so many to AWS goes wrong. */
  readonly callsFailUntilMs: EpochMs;
  readonly oneCallIn: number;
  /** Until then, by the machine's clock, no call to AWS reaches it. */
  readonly callsCutUntilMs: EpochMs;
}

/** Nothing is wrong. */
export const CALM: Orders = {
  clockErrorMs: 0,
  callsFailUntilMs: 0,
  oneCallIn: 1,
  callsCutUntilMs: 0,
};

/** Tells the threads of a disturbed fleet what is wrong from now on. */
export function giveOrders(controlDir: string, orders: Orders): void {
  mkdirSync(controlDir, { recursive: true });
  const path = join(controlDir, "orders.json");
  writeFileSync(`${path}.draft`, JSON.stringify(orders));
  renameSync(`${path}.draft`, path);
}

/** What is wrong now; nothing if no order has been given. */
export function readOrders(controlDir: string): Orders {
  try {
    return JSON.parse(readFileSync(join(controlDir, "orders.json"), "utf8"));
  } catch {
    return CALM;
  }
}

/** The threads that a fleet has, by the names that it gives them. */
export const THREADS = ["database", "plan+aggregate", "probe"] as const;

/** Orders one thread of that name to die. */
export function orderDeath(controlDir: string, thread: string): void {
  mkdirSync(controlDir, { recursive: true });
  writeFileSync(join(controlDir, `kill-${thread}`), "");
}

/** Whether the calling thread was ordered to die. Of several with a name, one is told so. */
export function takeDeath(controlDir: string, thread: string): boolean {
  const path = join(controlDir, `kill-${thread}`);
  try {
    renameSync(path, `${path}.done`);
    return true;
  } catch {
    return false;
  }
}
