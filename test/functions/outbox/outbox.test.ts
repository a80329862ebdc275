import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { deliverPending, type Outbox } from "../../../functions/outbox/outbox.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { FakeEventBus } from "../../fakes/task-stores.ts";

interface Owner {
  readonly name: string;
  readonly pending: readonly OutgoingEvent[];
}

function anEvent(id: string): OutgoingEvent {
  return { id, detailType: "TCP Probe Alert State Change", time: 0, resources: [], detail: {} };
}

/** An owner whose events are named after it: `a1`, `a2` … */
function anOwner(name: string, count: number): Owner {
  const pending = Array.from({ length: count }, (_, i) => anEvent(`${name}${i + 1}`));
  return { name, pending };
}

function manyOwners(count: number): Owner[] {
  return Array.from({ length: count }, (_, i) => anOwner(`owner ${i} `, 1));
}

/** An outbox in memory that notes what happens, with a clock that only sleeping moves. */
class OutboxRig {
  nowMs = 0;
  readonly bus = new FakeEventBus();
  readonly stored: Map<string, Owner>;
  /** Published calls as lists of ids, acknowledgements as `name: pending`, delays as numbers. */
  readonly story: (string[] | string | number)[] = [];

  constructor(...owners: readonly Owner[]) {
    this.stored = new Map(owners.map((owner) => [owner.name, owner]));
  }

  async deliver(different: Partial<Outbox<Owner>> = {}): Promise<string[]> {
    return deliverPending<Owner>({
      owners: [...this.stored.values()],
      acknowledge: async (owner, pending) => {
        this.story.push(`${owner.name}: ${pending.map(({ id }) => id).join()}`);
        const next = { ...owner, pending };
        this.stored.set(owner.name, next);
        return next;
      },
      bus: {
        publish: (events) => {
          this.story.push(events.map(({ id }) => id));
          return this.bus.publish(events);
        },
      },
      now: () => this.nowMs,
      deadlineMs: 10_000,
      roundSize: Number.POSITIVE_INFINITY,
      retry: {
        delaysMs: [200, 400],
        sleep: async (ms) => {
          this.story.push(ms);
          this.nowMs += ms;
        },
      },
      ...different,
    });
  }

  get published(): string[] {
    return this.bus.published.map(({ id }) => id);
  }

  get pending(): string[] {
    return [...this.stored.values()].flatMap(({ pending }) => pending.map(({ id }) => id));
  }
}

test("deliverPending publishes one event an owner at a time and acknowledges it before the next", async () => {
  const rig = new OutboxRig(anOwner("a", 2), anOwner("b", 1), anOwner("c", 0));
  assert.deepEqual(await rig.deliver(), []);
  assert.deepEqual(rig.story, [["a1", "b1"], "a: a2", "b: ", ["a2"], "a: "]);
});

test("deliverPending publishes nothing if nothing is pending", async () => {
  const rig = new OutboxRig(anOwner("a", 0));
  assert.deepEqual(await rig.deliver(), []);
  assert.deepEqual(rig.story, []);
});

test("deliverPending lets no event overtake one that is refused, and goes on with other owners", async () => {
  const rig = new OutboxRig(anOwner("a", 2), anOwner("b", 2));
  rig.bus.refuses = ({ id }) => id === "a1";
  assert.deepEqual(await rig.deliver({ retry: null }), ["ThrottlingException"]);
  assert.deepEqual(rig.published, ["b1", "b2"]);
  assert.deepEqual(rig.pending, ["a1", "a2"]);
});

test("deliverPending publishes a refused event again, after each delay, and no other", async () => {
  const rig = new OutboxRig(anOwner("a", 1), anOwner("b", 1));
  rig.bus.refuses = ({ id }) => id === "a1" && rig.nowMs < 600;
  assert.deepEqual(await rig.deliver(), []);
  assert.deepEqual(rig.story, [["a1", "b1"], "b: ", 200, ["a1"], 400, ["a1"], "a: "]);
});

test("deliverPending gives an event up for this run after its last attempt", async () => {
  const rig = new OutboxRig(anOwner("a", 1), anOwner("b", 2));
  rig.bus.refuses = ({ id }) => id === "a1";
  assert.deepEqual(await rig.deliver(), ["ThrottlingException"]);
  assert.deepEqual(rig.story, [["a1", "b1"], "b: b2", ["b2"], "b: ", 200, ["a1"], 400, ["a1"]]);
});

test("deliverPending ends with a round in which the bus takes nothing", async () => {
  const rig = new OutboxRig(...manyOwners(25));
  rig.bus.refuses = () => true;
  const refused = await rig.deliver({ roundSize: 10, retry: null });
  assert.equal(refused.length, 10);
  assert.equal(rig.story.length, 1);
});

test("deliverPending begins anew with the first delay after every delivery, as while a bus throttles", async () => {
  const rig = new OutboxRig(...manyOwners(5));
  const delays = () => rig.story.filter((part) => typeof part === "number");
  rig.bus.refuses = ({ id }) => Number(id.split(" ")[1]) > delays().length;
  assert.deepEqual(await rig.deliver(), []);
  assert.deepEqual([rig.pending, delays()], [[], [200, 200, 200, 200]]);
});

test("deliverPending gives those a turn first that had none, after a round of refused events", async () => {
  const rig = new OutboxRig(anOwner("a", 1), anOwner("b", 1), anOwner("c", 1));
  rig.bus.refuses = ({ id }) => id === "a1";
  assert.deepEqual(await rig.deliver({ roundSize: 1 }), ["ThrottlingException"]);
  assert.deepEqual(rig.published, ["b1", "c1"]);
});

test("deliverPending spares a dead bus the other calls of a round", async () => {
  const rig = new OutboxRig(...manyOwners(200));
  rig.bus.refuses = () => true;
  const refused = await rig.deliver({ retry: null });
  assert.deepEqual([refused.length, rig.story.length], [40, 4]);
});

test("deliverPending acknowledges each round before it publishes the next", async () => {
  const rig = new OutboxRig(anOwner("a", 1), anOwner("b", 1), anOwner("c", 1));
  await rig.deliver({ roundSize: 2 });
  assert.deepEqual(rig.story, [["a1", "b1"], "a: ", "b: ", ["c1"], "c: "]);
});

test("deliverPending goes on with the owners that have more events", async () => {
  const rig = new OutboxRig(anOwner("a", 1), anOwner("b", 2), anOwner("c", 3));
  await rig.deliver({ roundSize: 1 });
  assert.deepEqual(rig.published, ["a1", "b1", "c1", "b2", "c2", "c3"]);
});

test("deliverPending acknowledges at most 16 owners at a time", async () => {
  const rig = new OutboxRig(...manyOwners(40));
  let open = 0;
  let mostOpen = 0;
  const acknowledge = async () => {
    mostOpen = Math.max(mostOpen, ++open);
    await new Promise(setImmediate);
    open--;
    return null;
  };
  await rig.deliver({ acknowledge });
  assert.equal(mostOpen, 16);
});

test("deliverPending publishes at most ten events a call and four calls at a time", async () => {
  const rig = new OutboxRig(...manyOwners(55));
  let open = 0;
  let mostOpen = 0;
  const sizes: number[] = [];
  const bus = {
    publish: async (events: readonly OutgoingEvent[]) => {
      sizes.push(events.length);
      mostOpen = Math.max(mostOpen, ++open);
      await new Promise(setImmediate);
      open--;
      return rig.bus.publish(events);
    },
  };
  await rig.deliver({ bus });
  assert.deepEqual([sizes, mostOpen], [[10, 10, 10, 10, 10, 5], 4]);
});

const DEADLINES: readonly (readonly [deadlineMs: number, story: OutboxRig["story"]])[] = [
  [0, []],
  [1, [["a1"], 200]],
  [200, [["a1"], 200]],
  [201, [["a1"], 200, ["a1"], 400]],
  [601, [["a1"], 200, ["a1"], 400, ["a1"], "a: "]],
];

for (const [deadlineMs, story] of DEADLINES) {
  test(`deliverPending begins no call at or after a deadline of ${deadlineMs} ms`, async () => {
    const rig = new OutboxRig(anOwner("a", 1));
    rig.bus.refuses = () => rig.nowMs < 600;
    await rig.deliver({ deadlineMs });
    assert.deepEqual(rig.story, story);
  });
}

test("deliverPending checks the deadline between the calls of one round", async () => {
  const rig = new OutboxRig(...manyOwners(55));
  const bus = {
    publish: async (events: readonly OutgoingEvent[]) => {
      rig.nowMs += 1;
      return rig.bus.publish(events);
    },
  };
  await rig.deliver({ bus, deadlineMs: 3 });
  assert.equal(rig.published.length, 30);
  assert.equal(rig.pending.length, 25);
});

test("deliverPending delivers nothing more of an owner that is not stored any more", async () => {
  const rig = new OutboxRig(anOwner("a", 2), anOwner("b", 1));
  await rig.deliver({ acknowledge: async () => null });
  assert.deepEqual(rig.published, ["a1", "b1"]);
});

test("deliverPending throws what the bus or an acknowledgement throws", async () => {
  const rig = new OutboxRig(anOwner("a", 1));
  const fail = () => Promise.reject(new Error("broken"));
  await assert.rejects(rig.deliver({ bus: { publish: fail } }), /^Error: broken$/);
  await assert.rejects(rig.deliver({ acknowledge: fail }), /^Error: broken$/);
});

test("deliverPending names an event that is never answered neither as delivered nor as refused", async () => {
  const rig = new OutboxRig(anOwner("a", 1));
  const bus = { publish: async () => ({ delivered: [], failed: [] }) };
  assert.deepEqual(await rig.deliver({ bus }), []);
  assert.deepEqual(rig.pending, ["a1"]);
});

test("deliverPending delivers everything once and in order over any number of runs with refusals", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(4), { maxLength: 15 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
      async (counts, roundSize, refusals) => {
        const rig = new OutboxRig(...counts.map((count, i) => anOwner(`owner ${i} `, count)));
        let asked = 0;
        rig.bus.refuses = () => refusals[asked++] ?? false;
        const all = rig.pending;
        for (let run = 0; rig.pending.length > 0; run++) {
          assert.ok(run < 50, "the bus takes everything and events stay pending");
          await rig.deliver({ roundSize, retry: null });
        }
        assert.deepEqual(rig.published.toSorted(), all.toSorted());
        for (let i = 0; i < counts.length; i++) {
          const own = rig.published.filter((id) => id.startsWith(`owner ${i} `));
          assert.deepEqual(own, own.toSorted());
        }
      },
    ),
  ));
