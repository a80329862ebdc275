import {
  INITIAL_STATE,
  judgeWindow,
  type TaskState,
  toStoredState,
} from "../shared/health/health.ts";
import { alertPolicy, DEFAULT_ALERT_POLICY } from "../shared/health/rules/rules.ts";
import { itemSize, writeUnits } from "../shared/item-size.ts";
import { figuresOf, type JudgedCheck, type RegionWindow } from "../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS, toMicrosecondPrecision } from "../shared/units.ts";
import { type Random, randomOf } from "./random.ts";
import { REGION_NAMES } from "./region-names.ts";
import { publish, type Row } from "./report.ts";

// What the stored records of tasks take of which a check in a thousand is lost, and how often they are
// written, after they have lost their first ones.
// `npx node bench/record-size.ts [--json]`

const FLEETS = [
  { regions: 3, seconds: 60 },
  { regions: 5, seconds: 60 },
  { regions: 5, seconds: 30 },
  { regions: 10, seconds: 30 },
  { regions: 10, seconds: 15 },
];
const LOSS = 0.001;
const RECHECK_MS = 5 * SECOND_MS;
const TASK_COUNT = 24;
const LOSSES_BEFORE = 8;
const LOSSES_COUNTED = 12;
const NOON_MS = 1_767_614_400_000;
const POLICY = alertPolicy(DEFAULT_ALERT_POLICY, {});

const TASK = {
  name: "orders-service-postgresql-1234",
  host: "postgresql.orders12.internal.example.com:5432",
  targetId: "orders-12",
};

/** What a task's lost checks cost until enough were lost. */
interface Played {
  readonly lossCount: number;
  readonly minuteCount: number;
  readonly sizes: readonly number[];
  readonly units: number;
  readonly writes: number;
  /** Minutes at whose end a region fails, so that looks at other tasks read the record. */
  readonly unquiet: number;
}

/** A task in one region: when in its period it is checked, and the recheck that is due. */
interface Place {
  readonly name: string;
  readonly phaseMs: number;
  recheckAtMs: number | null;
}

function checkAt(slotAtMs: number, isLost: boolean, random: Random): JudgedCheck {
  const lost = { verdict: "failed", errorKind: "timeout", connectTimeMs: null } as const;
  const connectTimeMs = toMicrosecondPrecision(20 - Math.log(1 - random()));
  const passed = { verdict: "passed", errorKind: null, connectTimeMs } as const;
  return { slotAtMs, ...(isLost ? lost : passed), synRetransmits: 0 };
}

/** A lost check is made again five seconds later, and passes. */
function regionAt(place: Place, fromMs: number, seconds: number, random: Random): RegionWindow {
  const expectedCount = 60 / seconds;
  const checks = Array.from({ length: expectedCount }, (_, i) =>
    checkAt(fromMs + i * seconds * SECOND_MS + place.phaseMs, random() < LOSS, random),
  );
  const lost = checks.findLast(({ verdict }) => verdict === "failed");
  if (lost !== undefined) place.recheckAtMs = lost.slotAtMs + RECHECK_MS;
  const rechecks: JudgedCheck[] = [];
  const { recheckAtMs } = place;
  if (recheckAtMs !== null && recheckAtMs < fromMs + MINUTE_MS) {
    rechecks.push(checkAt(recheckAtMs, false, random));
    place.recheckAtMs = null;
  }
  return { covered: true, checks, rechecks, figures: figuresOf({ expectedCount }, checks) };
}

function isLost({ verdict }: JudgedCheck): boolean {
  return verdict === "failed";
}

/** As the state store has it: nothing is owed, no alert is held. */
function sizeOf(state: TaskState): number {
  return itemSize({
    ...{ pk: "state#12", sk: TASK.name, version: 1_234, host: TASK.host, target_id: TASK.targetId },
    ...{ tags: {}, status: state.status, state: JSON.stringify(toStoredState(state)) },
    owed: [],
  });
}

function play({ regions, seconds }: (typeof FLEETS)[number], seed: number): Played {
  const random = randomOf(seed);
  const places = REGION_NAMES.slice(0, regions).map((name): Place => {
    return { name, phaseMs: Math.floor(random() * seconds * SECOND_MS), recheckAtMs: null };
  });
  let state = INITIAL_STATE;
  let losses = 0;
  let [writes, units, size, unquiet] = [0, 0, 0, 0];
  const sizes: number[] = [];
  for (let minute = 0; losses < LOSSES_BEFORE + LOSSES_COUNTED; minute++) {
    const periodStartMs = NOON_MS + minute * MINUTE_MS;
    const own = places.map(
      (place) => [place.name, regionAt(place, periodStartMs, seconds, random)] as const,
    );
    const isCounted = losses >= LOSSES_BEFORE;
    losses += own.flatMap(([, { checks }]) => checks).filter(isLost).length;
    const window = {
      ...{ periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs: seconds * SECOND_MS },
      regions: Object.fromEntries(own),
    };
    const next = judgeWindow(state, window, POLICY).state;
    if (next !== state) size = sizeOf(next);
    if (isCounted) sizes.push(size);
    if (isCounted && next !== state) {
      writes++;
      units += writeUnits(size);
    }
    if (isCounted && Object.values(next.regions).some(({ failCount }) => failCount > 0)) unquiet++;
    state = next;
  }
  return { lossCount: LOSSES_COUNTED, minuteCount: sizes.length, sizes, units, writes, unquiet };
}

function rowOf(fleet: (typeof FLEETS)[number]): Row {
  const played = Array.from({ length: TASK_COUNT }, (_, i) => play(fleet, 1 + i));
  const sum = (of: (one: Played) => number) => played.reduce((all, one) => all + of(one), 0);
  const losses = sum(({ lossCount }) => lossCount);
  return {
    regions: fleet.regions,
    "every, s": fleet.seconds,
    "bytes a record": (
      sum(({ sizes }) => sizes.reduce((a, b) => a + b, 0)) / sum(({ minuteCount }) => minuteCount)
    ).toFixed(0),
    "writes a loss": (sum(({ writes }) => writes) / losses).toFixed(2),
    "units a loss": (sum(({ units }) => units) / losses).toFixed(2),
    "unquiet a loss": (sum(({ unquiet }) => unquiet) / losses).toFixed(2),
  };
}

publish("record-size", `Records of ${TASK_COUNT} tasks`, FLEETS.map(rowOf));
