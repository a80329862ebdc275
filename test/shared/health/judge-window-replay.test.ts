import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eventsOf } from "../../../shared/event/event.ts";
import { judgeWindow } from "../../../shared/health/judge-window.ts";
import type { TaskState } from "../../../shared/health/model.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
import { type AnyStory, anyStory } from "./arbitrary-stories.ts";
import { policyWith, type ShortWindow, tell, windowAt } from "./windows.ts";

const task = { name: "db", host: "db.example.com:5432", targetId: null, tags: {} };

interface Run {
  readonly state: TaskState;
  readonly eventIds: readonly string[];
}

/** Judges windows `from` to `to` as the aggregator does, on whatever state was last written. */
function run(story: AnyStory, span: { from: number; to: number }, held: TaskState): Run {
  let state = held;
  const eventIds: string[] = [];
  for (let minute = span.from; minute < span.to; minute++) {
    const window = windowAt(minute, story.shorts[minute] ?? {}, story.scheduleMs);
    const judgement = judgeWindow(state, window, policyWith(story.alert));
    const events = eventsOf(judgement, { fleet: "f", home: "h", task, window });
    if (judgement.state === state) assert.deepEqual(events, []);
    state = judgement.state;
    eventIds.push(...events.map(({ id }) => id));
  }
  return { state, eventIds };
}

function reload(state: TaskState): TaskState {
  return state === INITIAL_STATE ? state : JSON.parse(JSON.stringify(state));
}

const anyReplay = fc.tuple(anyStory(), fc.nat(14), fc.nat(14)).map(([story, one, other]) => {
  const length = story.shorts.length;
  const [from, crash] = [one % (length + 1), other % (length + 1)].sort((a, b) => a - b);
  return { story, from: from ?? 0, crash: crash ?? 0, length };
});

describe("judgeWindow replayed", () => {
  it("changes nothing when any window is judged again", () => {
    fc.assert(
      fc.property(anyReplay, ({ story, from, length }) => {
        const { state } = run(story, { from: 0, to: length }, INITIAL_STATE);
        const again = run(story, { from, to: length }, state);
        assert.equal(again.state, state);
        assert.deepEqual(again.eventIds, []);
      }),
      { numRuns: 400 },
    );
  });

  it("gives the same events and state after a crash at any point, from any window before it", () => {
    fc.assert(
      fc.property(anyReplay, ({ story, from, crash, length }) => {
        const whole = run(story, { from: 0, to: length }, INITIAL_STATE);
        const before = run(story, { from: 0, to: crash }, INITIAL_STATE);
        const after = run(story, { from, to: length }, reload(before.state));
        assert.deepEqual(after.state, whole.state);
        assert.deepEqual([...before.eventIds, ...after.eventIds], whole.eventIds);
      }),
      { numRuns: 400 },
    );
  });

  it("derives the same event ids again where the state was not written before the crash", () => {
    fc.assert(
      fc.property(anyReplay, ({ story, from, length }) => {
        const { state } = run(story, { from: 0, to: from }, INITIAL_STATE);
        const lost = run(story, { from, to: length }, state);
        assert.deepEqual(run(story, { from, to: length }, reload(state)), lost);
      }),
    );
  });
});

describe("judgeWindow over any story", () => {
  it("gives every event an id of its own and a number in sequence", () => {
    fc.assert(
      fc.property(anyStory(), (story) => {
        const { state, eventIds } = run(story, { from: 0, to: story.shorts.length }, INITIAL_STATE);
        assert.equal(new Set(eventIds).size, eventIds.length);
        assert.equal(state.sequence, eventIds.length);
      }),
    );
  });

  it("starts each change where the last one ended, and never raises or clears twice", () => {
    fc.assert(
      fc.property(anyStory(), (story) => {
        const { transitions, state } = tell(story.shorts, story);
        let status = "OK";
        const raised = new Set<string>();
        const told = transitions.flat().flatMap((one) => (one.kind === "certificate" ? [] : one));
        for (const transition of told) {
          if (transition.kind === "state") {
            assert.equal(transition.from, status);
            assert.notEqual(transition.to, status);
            status = transition.to;
            continue;
          }
          assert.equal(raised.has(transition.region), !transition.raised);
          if (transition.raised) raised.add(transition.region);
          else raised.delete(transition.region);
        }
        assert.equal(state.status, status);
      }),
    );
  });

  it("doesn't depend on the order of the regions", () => {
    fc.assert(
      fc.property(anyStory(), (story) => {
        const turned = story.shorts.map(
          (short): ShortWindow => Object.fromEntries(Object.entries(short).toReversed()),
        );
        assert.deepEqual(tell(turned, story), tell(story.shorts, story));
      }),
    );
  });

  it("is never worse than OK or NO_DATA while no more than half of the regions have a failure", () => {
    const healthy = fc.constantFrom("pppp@10", "mmmm", "uuuu", "pm");
    const windows = fc.array(
      fc.record({
        a: fc.constantFrom("ffff", "tp", "mmmm"),
        b: fc.constant("pppp@10"),
        c: healthy,
      }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(windows, (shorts) => {
        const { states } = tell(shorts);
        for (const { status } of states) assert.equal(status, "OK");
      }),
    );
  });
});
