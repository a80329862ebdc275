import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { StartPacer } from "../../../../functions/probe/admit/admit.ts";
import { continueLease, runLease } from "../../../../functions/probe/lease/run-lease.ts";
import type { ProbeServices } from "../../../../functions/probe/lease/services.ts";
import type { Connect } from "../../../../functions/probe/socket/socket.ts";
import { hash32 } from "../../../../shared/hash.ts";
import type { NextBurst } from "../../../../shared/request/request.ts";
import {
  gapsWithin,
  type Interval,
  LEASE_TERM_MS,
  type Lease,
  nominalSlots,
  slotsOfRun,
} from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import type { EpochMs } from "../../../../shared/units.ts";
import { FakeBurstRelay, type MessageFate, SENT } from "../../../fakes/burst-relay.ts";
import { aTask } from "../../../fakes/results.ts";
import { readableLease } from "../../../fakes/stores.ts";
import {
  aRig,
  connectBy,
  interrupted,
  NOON,
  networkOf,
  type Rig,
  STAGGER,
  storedChunks,
  storePlan,
} from "../rig.ts";

/** One arrival of the schedule's event. */
interface Delivery {
  readonly minute: number;
  readonly lateMs: number;
  /** Which process it reaches: a number more is another process. */
  readonly process: number;
}

/** What a queue does with the messages, one after the other and again from the first; none: there is no queue. */
interface QueueTrouble {
  readonly fates: readonly MessageFate[];
  /** Over how much of a period tasks are spread; absent: all of it, with whatever gaps there are. */
  readonly burstMs?: number;
}

/** A process dies so long after noon; a store is away in a span of time. */
interface Trouble {
  readonly deaths: readonly EpochMs[];
  readonly away: Interval | null;
  /** Of a write to a store that is away, some arrive all the same: only their answer is lost. */
  readonly answersLost: boolean;
  readonly queue: QueueTrouble | null;
}

const MINUTES = 6;

const arbitraryTask = fc.record({
  id: fc.nat(500),
  seconds: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 60, max: 600 })),
  timeoutSeconds: fc.integer({ min: 1, max: 60 }),
});

const arbitraryTasks = fc
  .uniqueArray(arbitraryTask, { selector: ({ id }) => id, minLength: 1, maxLength: 8 })
  .map((tasks) =>
    tasks.map(({ id, seconds, timeoutSeconds }) =>
      aTask(`task ${id}`, {
        target: { hostname: `host-${id}.test`, port: 443 },
        scheduleMs: seconds * 1_000,
        timeoutMs: Math.min(seconds, timeoutSeconds) * 1_000,
      }),
    ),
  );

const arbitraryDelivery = fc.record({
  minute: fc.nat(MINUTES - 1),
  lateMs: fc.oneof(fc.nat(2_500), fc.nat(100_000)),
  process: fc.nat(2),
});

const millisecond = fc.nat(MINUTES * 60_000).map((ms) => NOON + ms);

const arbitraryTrouble = fc.record({
  deaths: fc.array(millisecond, { maxLength: 3 }),
  away: fc.option(
    fc.tuple(millisecond, fc.nat(150_000)).map(([fromMs, ms]) => ({ fromMs, toMs: fromMs + ms })),
  ),
  answersLost: fc.boolean(),
  queue: fc.option(
    fc.record(
      {
        fates: fc.array(
          fc.record({
            answer: fc.constantFrom("sent", "failed"),
            lateMs: fc.array(fc.oneof(fc.nat(2_000), fc.nat(100_000)), { maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        burstMs: fc.integer({ min: 1, max: 30_000 }),
      },
      { requiredKeys: ["fates"] },
    ),
  ),
});

const NO_TROUBLE: Trouble = { deaths: [], away: null, answersLost: false, queue: null };

/** Each message comes in time, some of them twice, or can't be sent, or says so only. */
const arbitraryGoodQueue: fc.Arbitrary<QueueTrouble | null> = fc.option(
  fc.record({
    fates: fc.array(
      fc.oneof(
        fc.constant<MessageFate>({ answer: "failed", lateMs: [] }),
        fc.record({
          answer: fc.constantFrom("sent" as const, "failed" as const),
          lateMs: fc.tuple(fc.nat(4_000), fc.nat(100_000)),
        }),
      ),
      { minLength: 1, maxLength: 5 },
    ),
    burstMs: fc.integer({ min: 1, max: 30_000 }),
  }),
);

/** A connect whose end depends on the request alone: at once, later, or never. */
function connectOf(rig: Rig): Connect {
  return connectBy(async ({ port, timeoutMs, address }, signal) => {
    const fate = hash32(`${address} ${port} ${rig.clock.now()}`) % 10;
    const ms = fate < 6 ? fate * 7 : timeoutMs;
    await rig.clock.sleep(ms, signal);
    if (signal.aborted) return null;
    if (fate >= 6) return { kind: "failed", code: "ETIMEDOUT" };
    const handshake = { connectTimeMs: ms, elapsedMs: ms, synRetransmits: 0, suspect: false };
    return { kind: "open", handshake: { ...handshake, timing: "user" } };
  });
}

/** What all processes have in common beside the stores. */
interface Shared {
  readonly relay: FakeBurstRelay | null;
  /** Each check of a slot that ended in a process that lived, with repetitions if there are any. */
  readonly made: string[];
}

function startProcess(
  rig: Rig,
  trouble: Trouble,
  diesAtMs: EpochMs,
  { relay, made }: Shared,
): ProbeServices {
  const isAway = () => {
    const now = rig.clock.now();
    return trouble.away !== null && now >= trouble.away.fromMs && now < trouble.away.toMs;
  };
  // Whatever a dead process does has no effect.
  const write = async () => {
    if (rig.clock.now() >= diesAtMs) throw new Error("dead");
    if (isAway() && !trouble.answersLost) throw new Error("away");
  };
  const results = interrupted(rig.chunks, write);
  const bursts = relay === null ? {} : { bursts: ownRelay(relay, write, isAway) };
  return rig.startProcess({
    ...bursts,
    announce: ({ name }, { slotAtMs, recheck }) => {
      if (!recheck && rig.clock.now() < diesAtMs) made.push(`${name} ${slotAtMs}`);
    },
    // Hours of virtual time: a close watch would be most of the work.
    pacer: new StartPacer(rig.clock, 1_600, { tickMs: 1_000, limitMs: 2_000 }),
    openNetwork: () => networkOf(connectOf(rig)),
    leases: interrupted(rig.leases, async (method) => {
      if (method === "moveLease") await write();
    }),
    results: {
      readChunks: results.readChunks,
      putChunk: async (chunk) => {
        await results.putChunk(chunk);
        if (isAway()) throw new Error("The answer was lost");
      },
    },
  });
}

/** The queue and its store as one process sees them. */
function ownRelay(
  relay: FakeBurstRelay,
  write: () => Promise<void>,
  isAway: () => boolean,
): NonNullable<ProbeServices["bursts"]> {
  return {
    send: async (next, delayMs) => {
      const isSent = await write().then(
        () => true,
        () => false,
      );
      return isSent ? await relay.send(next, delayMs) : "failed";
    },
    isTaken: async (next) => {
      await write();
      return await relay.isTaken(next);
    },
    takeBurst: async (next) => {
      await write();
      const taken = await relay.takeBurst(next);
      if (isAway()) throw new Error("The answer was lost");
      return taken;
    },
  };
}

/** Runs all deliveries, and a plan change in the middle, until everything has ended. */
async function live(
  rig: Rig,
  plans: readonly (readonly Task[])[],
  deliveries: readonly Delivery[],
  trouble: Trouble,
) {
  const bundles = new Map<string, readonly Task[]>();
  const { queue } = trouble;
  const burst = queue?.burstMs !== undefined && { burstMs: queue.burstMs };
  const plan = async (tasks: readonly Task[]) => {
    const sorted = tasks.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    bundles.set(await storePlan(rig, sorted, { alertDefaults: {}, ...burst }), sorted);
  };
  await plan(plans[0] ?? []);
  const relay = relayOf(rig, queue, (next, count) => {
    const services = processes[count % processes.length];
    return services === undefined ? Promise.resolve() : continueLease(next, services);
  });
  const made: string[] = [];
  const processes: ProbeServices[] = [0, 1, 2].map((i) => {
    const diesAtMs = trouble.deaths[i] ?? Number.POSITIVE_INFINITY;
    return startProcess(rig, trouble, diesAtMs, { relay, made });
  });
  const deliver = async ({ minute, lateMs, process }: Delivery) => {
    await rig.clock.sleep(minute * LEASE_TERM_MS + lateMs);
    const services = processes[process];
    // Only a store that is away makes an invocation fail.
    if (services !== undefined) await runLease(0, services).catch(() => undefined);
  };
  const change = async () => {
    await rig.clock.sleep(2.5 * LEASE_TERM_MS);
    if (plans[1] !== undefined) await plan(plans[1]);
  };
  const all = Promise.all([...deliveries.map(deliver), change()]);
  await rig.clock.run(all.then(() => relay?.drained()));
  assert.equal(new Set(made).size, made.length, "a slot was checked twice");
  return bundles;
}

function relayOf(
  { clock }: Rig,
  queue: QueueTrouble | null,
  deliver: (next: NextBurst, count: number) => Promise<void>,
): FakeBurstRelay | null {
  if (queue === null) return null;
  let count = 0;
  const fateOf = (i: number) => queue.fates[i % queue.fates.length] ?? SENT;
  return new FakeBurstRelay(clock, (next) => deliver(next, count++), fateOf);
}

/** Every slot that was due to a task, with repetitions if there are any. */
function dueSlots(lease: Lease, bundles: ReadonlyMap<string, readonly Task[]>, window: Interval) {
  const due: string[] = [];
  const add = (task: Task, slots: readonly EpochMs[]) => {
    for (const slot of slots) due.push(`${task.name} ${slot}`);
  };
  for (const run of lease.runs)
    for (const task of bundles.get(run.bundle) ?? []) add(task, slotsOfRun(task, run, window));
  for (const gap of gapsWithin(lease, window))
    for (const task of bundles.get(gap.after.bundle) ?? [])
      add(task, nominalSlots(task, gap.after, gap));
  return due;
}

/** The checks of slots; rechecks fill no slot. */
async function resultKeys(rig: Rig, bundles: ReadonlyMap<string, readonly Task[]>) {
  const chunks = await storedChunks(rig);
  return chunks.flatMap(({ bundle, results }) =>
    results
      .filter(({ recheck }) => !recheck)
      .map((result) => `${bundles.get(bundle)?.[result.taskIndex]?.name} ${result.slotAtMs}`),
  );
}

async function account(rig: Rig, bundles: ReadonlyMap<string, readonly Task[]>) {
  const lease = await readableLease(rig.leases, 0);
  if (lease === null) return null;
  const fromMs = lease.runs[0]?.fromMs ?? NOON;
  const window = { fromMs, toMs: NOON + 30 * LEASE_TERM_MS };
  return { window, lease, due: dueSlots(lease, bundles, window) };
}

describe("accounting of slots", () => {
  it("has every due slot exactly once, as a result or as missed, whatever happens", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTasks, { minLength: 1, maxLength: 2 }),
        fc.array(arbitraryDelivery, { minLength: 1, maxLength: 12 }),
        arbitraryTrouble,
        async (plans, deliveries, trouble) => {
          const rig = aRig();
          const bundles = await live(rig, plans, deliveries, trouble);
          const results = await resultKeys(rig, bundles);
          const accounted = await account(rig, bundles);
          assert.equal(new Set(results).size, results.length, "a slot has two results");
          if (accounted === null) return assert.deepEqual(results, []);
          const due = new Set(accounted.due);
          assert.equal(due.size, accounted.due.length, "a slot is due twice");
          for (const key of results) assert.ok(due.has(key), `${key} was not due`);
          if (plans.length > 1) return;
          // With one plan, what was due does not depend on what was delivered.
          for (const task of plans[0] ?? []) {
            const { burstMs } = trouble.queue ?? {};
            const timetable = {
              staggerPermille: STAGGER,
              ...(burstMs !== undefined && { burstMs }),
            };
            const nominal = nominalSlots(task, timetable, accounted.window);
            const own: string[] = accounted.due.filter((key) => key.startsWith(`${task.name} `));
            assert.equal(own.length, nominal.length, task.name);
          }
        },
      ),
      { numRuns: 120 },
    ));

  it("has a result for every slot when each minute and message is delivered, be it twice and a little late", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTasks, { minLength: 1, maxLength: 2 }),
        fc.array(fc.nat(2_500), { minLength: MINUTES, maxLength: MINUTES }),
        fc.array(arbitraryDelivery, { maxLength: 6 }),
        arbitraryGoodQueue,
        async (plans, lateMs, doubles, queue) => {
          const rig = aRig();
          const onTime = lateMs.map((late, minute) => ({ minute, lateMs: late, process: 0 }));
          // One that comes after the last minute is no double: it would claim a minute more.
          const early = doubles.filter(
            (d) => d.minute * LEASE_TERM_MS + d.lateMs < MINUTES * LEASE_TERM_MS,
          );
          const bundles = await live(rig, plans, [...onTime, ...early], { ...NO_TROUBLE, queue });
          const results = await resultKeys(rig, bundles);
          const accounted = await account(rig, bundles);
          assert.ok(accounted !== null);
          const covered = { ...accounted.window, toMs: accounted.lease.claimedToMs };
          const due = dueSlots(accounted.lease, bundles, covered);
          assert.deepEqual(results.sort(), due.sort());
          assert.deepEqual(gapsWithin(accounted.lease, covered), []);
        },
      ),
      { numRuns: 40 },
    ));

  it("loses no result of a process that lives on, when the store is away for a while", () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryTasks,
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 120_000 }),
        async (tasks, awayFromMs, awayMs) => {
          const rig = aRig();
          const fromMs = NOON + awayFromMs;
          const away = { fromMs, toMs: fromMs + awayMs };
          const trouble = { ...NO_TROUBLE, away };
          // One more than the store can be away, so that there is an invocation to store the rest.
          const minutes = Array.from({ length: MINUTES + 1 }, (_, minute) => minute);
          const deliveries = minutes.map((minute) => ({ minute, lateMs: 0, process: 0 }));
          const bundles = await live(rig, [tasks], deliveries, trouble);
          const results = await resultKeys(rig, bundles);
          const accounted = await account(rig, bundles);
          assert.ok(accounted !== null);
          const claimed = { ...accounted.window, toMs: accounted.lease.claimedToMs };
          const covered = accounted.lease.runs.flatMap((run) =>
            tasks.flatMap((task) =>
              slotsOfRun(task, run, claimed).map((slot) => `${task.name} ${slot}`),
            ),
          );
          assert.deepEqual(results.sort(), covered.sort());
        },
      ),
      { numRuns: 40 },
    ));
});
