import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eventsOf } from "../../../shared/event/event.ts";
import {
  fromStoredState,
  INITIAL_STATE,
  type Judgement,
  judgeSamples,
  judgeWindow,
  type TaskState,
  toStoredState,
} from "../../../shared/health/health.ts";
import { type AlertOverrides, alertPolicy, RULES } from "../../../shared/health/rules/rules.ts";
import type { Verdict } from "../../../shared/result/result.ts";
import type { TaskWindow } from "../../../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { NOON, policyWith } from "./windows.ts";
import { type Samples, samplesOfWorld, type World, windowOf } from "./worlds.ts";

const task = { name: "db", host: "db.example.com:5432", targetId: null, tags: {} };

const OFF = Object.fromEntries(RULES.map(({ key }) => [key, false]));

/** Without rules over figures, so that all that happens is of samples. */
const SAMPLES_ONLY = policyWith({ warning: OFF, critical: OFF });

/** A state while it is moved, with what users were told of incidents. */
class Told {
  state: TaskState = INITIAL_STATE;
  readonly ids: string[] = [];
  readonly openings: number[] = [];

  take({ state, transitions }: Judgement, window: TaskWindow): void {
    // A task may be degraded too, which is judged when a minute is closed.
    const ofIncidents = transitions.filter(isState).filter(({ track }) => track === "incident");
    const told = { state, transitions: ofIncidents };
    const events = eventsOf(told, { fleet: "f", home: "h", task, window });
    this.ids.push(...events.map(({ id }) => id));
    const { number, openedAtMs } = state.incident;
    if (number > this.state.incident.number) this.openings.push(openedAtMs ?? -1);
    this.state = state;
  }
}

type Regions = Readonly<Record<string, Samples>>;

/** A look at what each region has reported so far, from a minute on. */
interface Look {
  readonly fromMs: number;
  /** By region: what is before this instant has arrived. */
  readonly cuts: Readonly<Record<string, number>>;
}

function lookAt(told: Told, regions: Regions, world: World, { fromMs, cuts }: Look): void {
  const toMs = Math.max(...Object.values(cuts));
  const window = windowOf(regions, { fromMs, toMs, scheduleMs: world.scheduleMs }, cuts);
  told.take(judgeSamples(told.state, window, world.policy), window);
}

function closeMinute(told: Told, regions: Regions, world: World, minute: number): void {
  const fromMs = NOON + minute * MINUTE_MS;
  const span = { fromMs, toMs: fromMs + MINUTE_MS, scheduleMs: world.scheduleMs };
  const window = windowOf(regions, span);
  told.take(judgeWindow(told.state, window, world.policy), window);
}

/** Judges a world by its closed minutes, with looks in each of them before it is closed. */
function tellWorld(world: World, looks: (minute: number) => readonly Look[] = () => []): Told {
  const regions = samplesOfWorld(world);
  const told = new Told();
  for (let minute = 0; minute < world.minutes; minute++) {
    for (const look of looks(minute)) lookAt(told, regions, world, look);
    closeMinute(told, regions, world, minute);
  }
  return told;
}

/** From the beginning of an outage to the next: none is close to where a hold or a flap ends. */
const gaps = fc.constantFrom(7, 12, 17, 22, 30, 47, 95);

const plainWorld: fc.Arbitrary<World> = fc
  .record({
    regionCount: fc.integer({ min: 1, max: 5 }),
    scheduleMs: fc.constantFrom(15_000, 30_000, 60_000),
    plan: fc.array(fc.record({ gap: gaps, length: fc.constantFrom(2, 3, 4) }), { maxLength: 4 }),
    offsetMs: fc.integer({ min: 0, max: MINUTE_MS }),
    lost: fc.array(fc.tuple(fc.nat(4), fc.nat(60)), { maxLength: 6 }),
  })
  .map(({ regionCount, scheduleMs, plan, offsetMs, lost }) => {
    let atMs = offsetMs + 3 * MINUTE_MS;
    const outages = plan.map(({ gap, length }) => {
      const fromMs = atMs;
      const toMs = fromMs + length * MINUTE_MS;
      atMs = toMs + gap * MINUTE_MS;
      return { fromMs, toMs };
    });
    return {
      policy: SAMPLES_ONLY,
      ...{ regionCount, scheduleMs, outages },
      minutes: Math.ceil(atMs / MINUTE_MS),
      lost: new Set(lost.map(([region, slot]) => `${region}.${slot * 2}`)),
    };
  });

/** Cuts of looks, as milliseconds after the beginning of the minute that is not closed yet. */
const anyCuts = fc.array(fc.array(fc.nat(150 * SECOND_MS), { minLength: 5, maxLength: 5 }), {
  minLength: 1,
  maxLength: 7,
});

/** The looks of a minute: a few of the given cuts, which differ from minute to minute. */
function looksOf(cuts: readonly (readonly number[])[], regions: readonly string[]) {
  return (minute: number): Look[] => {
    const fromMs = NOON + minute * MINUTE_MS;
    return cuts
      .filter((_, i) => (i + minute) % 3 !== 0)
      .map((own) => ({
        fromMs,
        cuts: Object.fromEntries(
          regions.map((name, i) => [name, fromMs + 1 + (own[(i + minute) % own.length] ?? 0)]),
        ),
      }));
  };
}

function namesOf({ regionCount }: World): string[] {
  return Array.from({ length: regionCount }, (_, i) => String.fromCharCode(97 + i));
}

/** The same state, read from its stored form. */
function reload(state: TaskState): TaskState {
  if (state === INITIAL_STATE) return state;
  return fromStoredState(JSON.parse(JSON.stringify(toStoredState(state))));
}

describe("a plain outage", () => {
  it("of two minutes and more is one opening and one close in any world", () => {
    const one = plainWorld.filter(({ outages, lost }) => outages.length === 1 && lost.size === 0);
    fc.assert(
      fc.property(one, (world) => {
        const { ids, state } = tellWorld(world);
        assert.equal(ids.length, 2);
        assert.deepEqual([state.incident.number, state.incident.openedAtMs], [1, null]);
      }),
      { numRuns: 50 },
    );
  });

  it("is never seen where only single checks are lost", () => {
    const calm = plainWorld.map((world) => ({ ...world, outages: [] }));
    fc.assert(
      fc.property(calm, (world) => {
        assert.deepEqual(tellWorld(world).ids, []);
      }),
      { numRuns: 50 },
    );
  });

  it("gives the same incidents and event ids with any looks at what has arrived", () => {
    fc.assert(
      fc.property(plainWorld, anyCuts, (world, cuts) => {
        const alone = tellWorld(world);
        const looked = tellWorld(world, looksOf(cuts, namesOf(world)));
        assert.deepEqual(looked.ids, alone.ids);
        assert.equal(looked.state.incident.number, alone.state.incident.number);
      }),
      { numRuns: 150 },
    );
  });

  it("gives them with looks that come twice", () => {
    fc.assert(
      fc.property(plainWorld, anyCuts, (world, cuts) => {
        const looks = looksOf(cuts, namesOf(world));
        const twice = (minute: number) => looks(minute).flatMap((look) => [look, look]);
        assert.deepEqual(tellWorld(world, twice), tellWorld(world, looks));
      }),
      { numRuns: 50 },
    );
  });

  it("gives them in one look at all of it, or in many at its parts", () => {
    fc.assert(
      fc.property(plainWorld, fc.array(fc.nat(200 * MINUTE_MS)), (world, cuts) => {
        const regions = samplesOfWorld(world);
        const told = new Told();
        const endMs = world.minutes * MINUTE_MS;
        for (const afterMs of [...cuts.toSorted((a, b) => a - b), endMs]) {
          const cut = NOON + Math.min(afterMs + 1, endMs);
          const all = Object.fromEntries(namesOf(world).map((name) => [name, cut]));
          lookAt(told, regions, world, { fromMs: NOON, cuts: all });
        }
        for (let minute = 0; minute < world.minutes; minute++) {
          closeMinute(told, regions, world, minute);
        }
        assert.deepEqual(told.ids, tellWorld(world).ids);
      }),
      { numRuns: 50 },
    );
  });
});

const anyAlert: fc.Arbitrary<AlertOverrides> = fc.record({
  quorum: fc.constantFrom("majority" as const, 1, 2),
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
  failures: fc.constantFrom(null, { failed: 2, of: 3 }),
  recheckSeconds: fc.constantFrom([], [5, 12]),
});

const runs = fc.array(
  fc.tuple(
    fc.constantFrom<Verdict>("passed", "passed", "failed", "failed", "uncounted"),
    fc.nat(8),
  ),
  { maxLength: 14 },
);

/** Samples that anything could have made: runs of the same verdict, a few seconds apart. */
const anySamples: fc.Arbitrary<Samples> = fc
  .tuple(runs, fc.nat(9), fc.integer({ min: 3, max: 12 }))
  .map(([all, offset, step]) => {
    const verdicts = all.flatMap(([verdict, count]) =>
      Array.from({ length: count + 1 }, () => verdict),
    );
    // A check is made again only after a scheduled one failed.
    const firstFailed = verdicts.indexOf("failed");
    return verdicts.map((verdict, i) => ({
      atMs: NOON + (offset + i * step) * SECOND_MS,
      verdict,
      isRecheck: i % 3 !== 0 && firstFailed >= 0 && i > firstFailed,
    }));
  });

const anyWorld = fc.record({
  regions: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), anySamples, {
    noNullPrototype: true,
  }),
  scheduleMs: fc.constantFrom(15_000, 60_000),
  alert: anyAlert,
  cuts: fc.array(fc.tuple(fc.nat(800), fc.nat(800), fc.nat(800), fc.nat(800)), { maxLength: 6 }),
});

type AnyWorld = typeof anyWorld extends fc.Arbitrary<infer Any> ? Any : never;

/** Looks at a world of anything, each at what has arrived by then: what is there stays there. */
function looksAt({ regions, scheduleMs, cuts }: AnyWorld): TaskWindow[] {
  return cuts.map((_, look) => {
    const upTo = ["a", "b", "c", "d"].map((name, i) => {
      const seconds = Math.max(...cuts.slice(0, look + 1).map((own) => own[i] ?? 0));
      return [name, NOON + seconds * SECOND_MS];
    });
    return windowOf(regions, { ...WHOLE, scheduleMs }, Object.fromEntries(upTo));
  });
}

describe("judgeSamples over any world", () => {
  it("changes nothing when the same look, or an earlier one, comes again", () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(6), (world, nth) => {
        const policy = alertPolicy(SAMPLES_ONLY, world.alert);
        const looks = looksAt(world);
        let state = INITIAL_STATE;
        for (const look of looks) state = judgeSamples(state, look, policy).state;
        const stored = reload(state);
        const again = looks[nth % Math.max(1, looks.length)];
        if (again === undefined) return;
        assert.deepEqual(judgeSamples(stored, again, policy), { state: stored, transitions: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  it("opens nothing by a part of the samples that all of them would not open", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const policy = alertPolicy(SAMPLES_ONLY, world.alert);
        const all = windowOf(world.regions, { ...WHOLE, scheduleMs: world.scheduleMs });
        const spells = spellsOf(judgeSamples(INITIAL_STATE, all, policy));
        let state = INITIAL_STATE;
        for (const look of looksAt(world)) {
          const { state: next, transitions } = judgeSamples(state, look, policy);
          state = next;
          for (const { openedAtMs, phase } of transitions.filter(isState)) {
            if (phase !== "opened" || openedAtMs === null) continue;
            const isKnown = spells.some(
              ({ fromMs, toMs }) => fromMs <= openedAtMs && openedAtMs - RECENT_MS <= toMs,
            );
            assert.ok(isKnown, `${openedAtMs - NOON} in ${JSON.stringify(spells)}`);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const WHOLE = { fromMs: NOON, toMs: NOON + 3_600_000 };

/** The longest time in which regions are taken together, at these schedules. */
const RECENT_MS = MINUTE_MS;

function isState<T extends { readonly kind: string }>(
  transition: T,
): transition is T & { readonly kind: "state" } {
  return transition.kind === "state";
}

/** The incidents of a judgement, from their opening to their close. */
function spellsOf({ transitions }: Judgement): { fromMs: number; toMs: number }[] {
  const spells: { fromMs: number; toMs: number }[] = [];
  for (const { phase, atMs } of transitions.filter(isState)) {
    const last = spells.at(-1);
    if (phase === "opened") spells.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    else if (last !== undefined) last.toMs = atMs;
  }
  return spells;
}
