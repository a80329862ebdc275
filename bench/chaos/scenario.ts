import { hash32 } from "../../shared/hash.ts";
import { staggerOf } from "../../shared/plan/plan.ts";
import { phaseOf } from "../../shared/slot/slot.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { between, oneOf, type Random, randomOf } from "../random.ts";
import { DISTURBANCES, type DisturbanceName } from "./disturb.ts";
import { type AgentTrouble, agentTroubleOf } from "./disturb-agent.ts";
import { PLACES } from "./regions.ts";

// All offsets are in the run's time, from the scenario's beginning, which is that of a minute.

/** A task with the times in which its target is down. */
export interface ScenarioTask {
  readonly name: string;
  readonly scheduleMs: DurationMs;
  readonly outages: readonly Outage[];
}

/** A target is down from one offset to another, both whole minutes. */
export interface Outage {
  readonly fromMs: DurationMs;
  readonly toMs: DurationMs;
}

/** Something that goes wrong in the disturbed fleet. */
export interface Disturbance {
  readonly name: DisturbanceName;
  readonly atMs: DurationMs;
}

/** What happens in a run: the same for the same seed and length. */
export interface Scenario {
  readonly lengthMs: DurationMs;
  readonly tasks: readonly ScenarioTask[];
  readonly disturbances: readonly Disturbance[];
  /** Null in a run that is too short for it. */
  readonly agentTrouble: AgentTrouble | null;
}

/**
 * No slot is so near to the beginning of a minute, and no disturbance to a minute at which a target
 * changes: a check that is late there would truly see another target.
 */
const CLEAR_MS: DurationMs = 800;
const QUIET_MS: DurationMs = 8 * SECOND_MS;

/** In the first minute nothing fails but what always does. */
const WARM_UP_MS: DurationMs = MINUTE_MS;

const SCHEDULES_MS: readonly DurationMs[] = [10, 10, 10, 15, 15, 20].map(
  (each) => each * SECOND_MS,
);

/**
 * A target is down or up for three minutes at least. While the location is away, the checks that one
 * region loses in a minute, or all of them in a restart on a slow machine, leave too few votes: a fleet
 * would be right not to see a spell that is no longer than these.
 */
const SPELL_MINUTES = { least: 3, most: 5 } as const;

/** Makes the scenario of a seed: targets that fail for whole minutes, and everything that goes wrong. */
export function makeScenario(seed: string, lengthMs: DurationMs): Scenario {
  const random = randomOf(hash32(`${seed} scenario`));
  const tasks = SCHEDULES_MS.map(
    (scheduleMs, i): ScenarioTask => ({
      name: clearName(`task-${i}`, scheduleMs),
      scheduleMs,
      outages: outagesOf(i, lengthMs, random),
    }),
  );
  const agentTrouble = agentTroubleOf(lengthMs, randomOf(hash32(`${seed} agent`)));
  return { lengthMs, tasks, disturbances: disturbancesOf(tasks, lengthMs, random), agentTrouble };
}

/** A name whose slots are clear of the beginning of a minute in every region. */
function clearName(stem: string, scheduleMs: DurationMs): string {
  for (let i = 0; ; i++) {
    const name = `${stem}-${i}`;
    const phases = PLACES.map((region) =>
      phaseOf({ name, scheduleMs }, { staggerPermille: staggerOf(PLACES, region) }),
    );
    if (phases.every((phase) => phase >= CLEAR_MS && phase <= scheduleMs - CLEAR_MS)) return name;
  }
}

/** The first target never fails and the second always does; the others fail once or more. */
function outagesOf(index: number, lengthMs: DurationMs, random: Random): Outage[] {
  if (index === 0) return [];
  if (index === 1) return [{ fromMs: 0, toMs: Number.POSITIVE_INFINITY }];
  const outages: Outage[] = [];
  let fromMs = WARM_UP_MS + MINUTE_MS * Math.floor(between(random, 0, 2));
  for (;;) {
    const toMs = Math.min(fromMs + spellMs(random), lengthMs - MINUTE_MS);
    if (toMs - fromMs < SPELL_MINUTES.least * MINUTE_MS) return outages;
    outages.push({ fromMs, toMs });
    fromMs = toMs + spellMs(random);
  }
}

function spellMs(random: Random): DurationMs {
  const { least, most } = SPELL_MINUTES;
  return MINUTE_MS * Math.floor(between(random, least, most + 1));
}

function disturbancesOf(
  tasks: readonly ScenarioTask[],
  lengthMs: DurationMs,
  random: Random,
): Disturbance[] {
  const changes = tasks.flatMap(({ outages }) =>
    outages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  );
  const names = Object.keys(DISTURBANCES) as DisturbanceName[];
  const disturbances: Disturbance[] = [];
  for (let atMs = WARM_UP_MS; ; atMs += between(random, 8, 25) * SECOND_MS) {
    const name = oneOf(random, names);
    const endMs = atMs + DISTURBANCES[name].lastsMs;
    if (endMs > lengthMs) return disturbances;
    const isQuiet = changes.some((change) => change > atMs - QUIET_MS && change < endMs + QUIET_MS);
    if (!isQuiet) disturbances.push({ name, atMs });
  }
}
