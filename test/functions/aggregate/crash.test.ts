import { strict as assert } from "node:assert";
import { test } from "node:test";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { type Failure, Fault } from "../plan/broken.ts";
import { minute, Rig } from "./rig.ts";

/**
 * A fleet whose next run has everything to do: three windows, an alert, a recovery, an advisory, a
 * task that is gone, an event that is pending, late data.
 */
async function busyRig(): Promise<Rig> {
  const rig = new Rig();
  await rig.plan([aTask("falls"), aTask("heals"), aTask("half"), aTask("goes")]);
  await rig.begin();
  rig.world = ({ name }, region, at) => {
    if (name === "falls") return at >= minute(3) ? "refused" : 10;
    if (name === "half") return region === "us" && at >= minute(3) ? "timeout" : 10;
    return name === "goes" || at < minute(3) ? "refused" : 10;
  };
  await rig.probe(["eu"]);
  const late = await rig.claim("us", rig.nowMs);
  rig.nowMs = minute(1);
  await rig.probe();
  await rig.run();
  rig.nowMs = minute(2);
  rig.bus.refuses = () => true;
  await rig.live(1);
  rig.bus.refuses = () => false;
  await rig.store("us", late);
  for (let i = 0; i < 2; i++, rig.nowMs += MINUTE_MS) await rig.probe();
  await rig.plan([aTask("falls"), aTask("heals"), aTask("half")]);
  await rig.probe();
  return rig;
}

/** A region that only stumbles is missing in that run and no more: it takes part in crashes only. */
function runWith(rig: Rig, fault: Fault): Promise<void> {
  const { summaries, lock, progress, states, history, bus } = rig;
  const regions = [...rig.regions].map(([name, { plans, leases, chunks }]) => {
    const guarded = {
      plans: fault.guard(plans),
      leases: fault.guard(leases),
      chunks: fault.guard(chunks),
    };
    return [name, guarded] as const;
  });
  return rig.run({
    ...(fault.isCrash && { regions: new Map(regions) }),
    summaries: fault.guard(summaries),
    lock: fault.guard(lock),
    progress: fault.guard(progress),
    states: fault.guard(states),
    history: fault.guard(history),
    bus: fault.guard(bus),
  });
}

/** A run dies, the next one starts a minute later, and one more finds nothing left to do. */
async function recover(rig: Rig): Promise<void> {
  for (let i = 0; i < 2; i++) {
    rig.nowMs += MINUTE_MS;
    await rig.run();
  }
}

async function endOf(rig: Rig) {
  const { records } = await rig.states.readRecords();
  const states = records.map(({ task, state, pending, goneSinceMs }) => ({
    task,
    state,
    pending,
    goneSinceMs,
  }));
  const history = { sinceMs: 0, untilMs: rig.nowMs + MINUTE_MS, limit: 1_000, taskName: null };
  return {
    summaries: rig.summaries.all,
    progress: await rig.progress.readProgress(),
    states: states.sort((a, b) => (a.task.name < b.task.name ? -1 : 1)),
    history: (await rig.history.readHistory(history)).events,
  };
}

/** Each event of a task once, and each task's in their order. */
function eventsOf(rig: Rig) {
  const byId = new Map(rig.bus.published.map((event) => [event.id, event]));
  const events = [...byId.values()].filter(({ detail }) => "task_name" in detail);
  return events.sort((a, b) => {
    const [one, other] = [a, b].map(({ detail }) => detail as Record<string, string | number>);
    const byTask = String(one?.task_name).localeCompare(String(other?.task_name));
    return byTask || Number(one?.sequence) - Number(other?.sequence);
  });
}

async function undisturbed(isCrash: boolean) {
  const rig = await busyRig();
  const counter = new Fault(Number.POSITIVE_INFINITY, "before", isCrash);
  await runWith(rig, counter);
  await recover(rig);
  return { calls: counter.calls, end: await endOf(rig), events: eventsOf(rig), story: rig.events };
}

test("aggregateWindows does everything in the run that is disturbed", async () => {
  const { story, end } = await undisturbed(true);
  assert.deepEqual(story.toSorted(), [
    "falls: OK to CRITICAL",
    "goes: CRITICAL to OK",
    "goes: OK to CRITICAL",
    "half: us raised",
    "heals: CRITICAL to OK",
    "heals: OK to CRITICAL",
  ]);
  assert.ok(end.summaries.some(({ rev }) => rev === 2));
});

for (const isCrash of [true, false]) {
  const what = isCrash ? "it dies at" : "fails once";
  test(`aggregateWindows loses and invents nothing, whichever call ${what}`, async () => {
    const expected = await undisturbed(isCrash);
    for (let at = 0; at < expected.calls; at++) {
      for (const failure of ["before", "after"] satisfies Failure[]) {
        const where = `call ${at} of ${expected.calls}, ${failure}`;
        const rig = await busyRig();
        await assert.rejects(runWith(rig, new Fault(at, failure, isCrash)), where);
        await recover(rig);
        assert.deepEqual(await endOf(rig), expected.end, where);
        assert.deepEqual(eventsOf(rig), expected.events, where);
      }
    }
  });
}

test("aggregateWindows publishes each task's events in order of their sequence after a crash", async () => {
  const { calls } = await undisturbed(true);
  for (let at = 0; at < calls; at++) {
    const rig = await busyRig();
    await assert.rejects(runWith(rig, new Fault(at, "after", true)));
    await recover(rig);
    const last = new Map<unknown, number>();
    for (const { detail } of rig.bus.published) {
      const { task_name: name, sequence } = detail as { task_name?: string; sequence?: number };
      if (name === undefined || sequence === undefined) continue;
      assert.ok(sequence >= (last.get(name) ?? 0), `call ${at}: ${name} goes back`);
      last.set(name, sequence);
    }
  }
});
