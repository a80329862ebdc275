import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deeperLoadOf } from "../../../shared/cost/deeper.ts";
import { estimateCost } from "../../../shared/cost/estimate.ts";
import type { CostFleet } from "../../../shared/cost/load.ts";
import { PRICES } from "../../../shared/cost/prices.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const TLS = { mode: "verified", verify: "subject_alt_name" } as const;
const SPREADS = { ownMs: 10_000, plainMs: 10_000 };
const RUN = { memoryMb: 256, runSeconds: 5.4, spreads: SPREADS };

const FLEET: CostFleet = {
  home: "eu-west-1",
  regions: [
    { name: "eu-west-1", shards: 2, memoryMb: 512 },
    { name: "us-east-1", shards: 1, memoryMb: 256 },
  ],
  resultDays: 30,
  minuteDays: 3,
  summaryDays: 90,
  dayDays: 1_095,
  summaryClass: "auto",
  logDays: 14,
  watch: "full",
  clockServer: null,
  secrets: [],
};

function tasksWith(count: number, different: Partial<Task>): Task[] {
  return Array.from({ length: count }, (_, i) => aTask(`t${i}`, different));
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

describe("deeperLoadOf", () => {
  it("is nothing for plain tasks", () => {
    const load = deeperLoadOf(tasksWith(50, { scheduleMs: 15_000 }), 1, RUN);
    assert.deepEqual(load, { bytes: 0, pacedSeconds: 0, answerSeconds: 0, heldSeconds: 0 });
  });

  it("counts a byte for each result, and a certificate for each chunk that has the task", () => {
    const bytesOf = (different: Partial<Task>) =>
      deeperLoadOf([aTask("t", different)], 1, RUN).bytes;
    assert.equal(bytesOf({ scheduleMs: 60_000, greeting: "ssh" }), 1);
    assert.equal(bytesOf({ scheduleMs: 60_000, tls: TLS }), 1 + 25);
    assert.equal(bytesOf({ scheduleMs: 15_000, tls: TLS }), 4 + 4 * 25);
    assert.equal(bytesOf({ scheduleMs: 1_000, tls: TLS }), 60 + 5 * 25);
  });

  it("lets a TLS start take the turns of nine plain ones, and the spread of ten seconds take some", () => {
    const minutes = tasksWith(2_000, { scheduleMs: 60_000, tls: TLS });
    // 256 MB: half of 256 / 1,769 of a CPU at 97 µs for a start.
    const perSecond = (0.5 * 256) / 1_769 / 0.000_097;
    near(deeperLoadOf(minutes, 1, RUN).pacedSeconds, 18_000 / perSecond - 10);
    near(deeperLoadOf(minutes, 2, RUN).pacedSeconds, 9_000 / perSecond - 10);
    assert.equal(deeperLoadOf(minutes.slice(0, 200), 1, RUN).pacedSeconds, 0);
    const short = { ...RUN, spreads: { ownMs: 9_000, plainMs: 1_000 } };
    assert.equal(deeperLoadOf(minutes.slice(0, 20), 1, short).pacedSeconds, 8);
    const sooner = tasksWith(1_000, { scheduleMs: 30_000, tls: TLS });
    assert.equal(deeperLoadOf(sooner, 1, RUN).pacedSeconds, 0, "the run lasts a minute anyway");
  });

  it("waits a round trip for TLS and for each answer of the last check", () => {
    const steps = [
      { kind: "send", text: "a" },
      { kind: "reject", pattern: "b" },
      { kind: "expect", pattern: "c" },
      { kind: "expect_hex", hex: "00" },
    ] as const;
    const talking = aTask("t", { scheduleMs: 60_000, tls: TLS, dialogue: { steps } });
    near(deeperLoadOf([talking], 1, RUN).answerSeconds, 0.3);
    const rare = { ...talking, scheduleMs: 120_000 };
    near(deeperLoadOf([rare], 1, RUN).answerSeconds, 0.15);
    const greeted = aTask("g", { scheduleMs: 60_000, greeting: "smtp" });
    near(deeperLoadOf([rare, greeted], 1, RUN).answerSeconds, 0.5 * 0.3 + 0.5 * 0.1);
  });

  it("runs on for the connection that is held for longest, as often as a run has it", () => {
    const held = (scheduleMs: number, holdMs: number) =>
      aTask("t", { scheduleMs, hold: { holdMs } });
    const heldSecondsOf = (task: Task, shards: number, runSeconds: number) =>
      deeperLoadOf([task], shards, { ...RUN, runSeconds }).heldSeconds;
    near(heldSecondsOf(held(60_000, 50_000), 1, 5.4), 5 + 50 - 5.4);
    near(heldSecondsOf(held(60_000, 50_000), 2, 5.4), (5 + 50 - 5.4) / 2);
    near(heldSecondsOf(held(600_000, 50_000), 1, 5.4), (5 + 50 - 5.4) / 10);
    near(heldSecondsOf(held(30_000, 30_000), 1, 60.4), 45 + 30 - 60.4);
    assert.equal(heldSecondsOf(held(60_000, 50_000), 1, 60.4), 0, "within the minute");
    assert.equal(heldSecondsOf(held(600_000, 50_001), 1, 5.4), 0, "unsupported on AWS");
  });
});

describe("estimateCost of tasks beyond a handshake", () => {
  const plain = tasksWith(20, { scheduleMs: 60_000 });
  const deep = plain.map((task) => ({ ...task, tls: TLS, hold: { holdMs: 20_000 } }));

  it("has lines of their own only if there are such tasks, and no part for plain ones", () => {
    // So many that TLS starts need more than the second that any shard is given.
    const many = tasksWith(400, { scheduleMs: 60_000 });
    const { lines, deeperDollars } = estimateCost(FLEET, many, PRICES);
    assert.equal(deeperDollars, 0);
    assert.ok(lines.every(({ what }) => !/TLS|held/.test(what)));
    const deepened = many.map((task) => ({ ...task, tls: TLS, hold: { holdMs: 20_000 } }));
    const added = estimateCost(FLEET, deepened, PRICES).lines.length - lines.length;
    assert.equal(added, 3, "starts that weigh more, answers, and held connections");
  });

  it("tells their part, which is what they cost more than the same tasks without it", () => {
    const { dollars, deeperDollars, lines } = estimateCost(FLEET, deep, PRICES);
    near(deeperDollars, dollars - estimateCost(FLEET, plain, PRICES).dollars);
    near(
      dollars,
      lines.reduce((sum, line) => sum + line.dollars, 0),
    );
    const held = lines.find(({ what }) => what.startsWith("held connections"));
    // Ten tasks a shard in Ireland end at 20.5 s in place of 10 / 11 + 0.4; twenty in Virginia.
    const wanted =
      2 * 0.5 * (20.5 - (10 / 11 + 0.4)) * (1 - 0.5 ** 20) + 0.25 * (20.5 - (20 / 21 + 0.4));
    near((held?.quantity ?? 0) / 43_800, wanted);
  });
});
