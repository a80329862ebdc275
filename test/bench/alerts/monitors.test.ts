import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Seen } from "../../../bench/alerts/monitors/monitor.ts";
import { PEERS } from "../../../bench/alerts/monitors/peers.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

const SETTING = { regionCount: 3, scheduleMs: MINUTE_MS };

/** Checks of one region: a dot passes, an x fails, one a minute. */
type Story = readonly string[];

/** What a peer told of a story: `page 3` if it paged in the fourth minute. */
function tellOf(name: string, story: Story): string[] {
  const peer = PEERS.find((one) => one.name === name);
  assert.ok(peer !== undefined);
  const used = peer.places === "one" ? story.slice(0, 1) : story;
  const monitor = peer.start({ ...SETTING, regionCount: used.length });
  for (const seen of checksOf(used)) {
    while (monitor.wakeAtMs <= seen.atMs) monitor.wake(monitor.wakeAtMs);
    monitor.take(seen);
  }
  const endMs = (story[0]?.length ?? 0) * MINUTE_MS;
  while (monitor.wakeAtMs < endMs + MINUTE_MS) monitor.wake(monitor.wakeAtMs);
  return monitor.notes.map(({ what, atMs }) => `${what} ${(atMs / MINUTE_MS).toFixed(2)}`);
}

/** Regions check 5 s after each other, from 5 s into each minute on. */
function checksOf(story: Story): Seen[] {
  const checks = story.flatMap((line, region) =>
    [...line].map((mark, minute) => {
      const slotAtMs = minute * MINUTE_MS + (region + 1) * 5 * SECOND_MS;
      const passed = mark === ".";
      return { region, slotAtMs, atMs: slotAtMs, passed, tookMs: 20 };
    }),
  );
  return checks.sort((a, b) => a.atMs - b.atMs);
}

const ALL_DOWN: Story = ["..xxxxx...", "..xxxxx...", "..xxxxx..."];
const ONE_DOWN: Story = ["..xxxxx...", "..........", ".........."];
const ONE_LOST: Story = ["..x.......", "..........", ".........."];

const CASES: readonly (readonly [name: string, story: Story, told: readonly string[]])[] = [
  // Three in a row page, two in a row recover.
  ["Gatus 3/2", ALL_DOWN, ["page 4.08", "recovery 8.08"]],
  ["Gatus 3/2", ["..xx.xx...", "", ""], []],
  ["Uptime Kuma", ONE_LOST, ["page 2.08", "recovery 3.08"]],
  // The first evaluation after the check is at :15, and the sixtieth second after it counts.
  ["Prometheus for: 1m", ALL_DOWN, ["page 3.25", "recovery 7.25"]],
  ["Prometheus for: 1m", ONE_LOST, []],
  // Only when two of three are down is 18 % or less healthy left: 33 % is more.
  ["Route 53", ALL_DOWN, ["page 4.25", "recovery 9.08"]],
  ["Route 53", ["..xxxxx...", "..xxxxx...", ".........."], []],
  ["Datadog majority, 60 s", ALL_DOWN, ["page 3.17", "recovery 7.17"]],
  ["Datadog majority, 60 s", ["..x.......", "..x.......", ".........."], []],
  ["Datadog majority, 60 s", ONE_DOWN, []],
  ["Checkly 2 runs, 50 %", ALL_DOWN, ["page 3.25", "recovery 7.25"]],
  ["Checkly 2 runs, 50 %", ["..x.......", "..x.......", ".........."], []],
  ["OpenStatus", ["..x.......", "..x.......", ".........."], ["page 2.17", "recovery 3.08"]],
  ["OpenStatus", ONE_DOWN, []],
  ["cloudprober 3 of 5", ["..x.x.x...", "", ""], ["page 6.08", "recovery 7.08"]],
  ["CloudWatch 2 of 3", ALL_DOWN, ["page 4.17", "recovery 9.17"]],
  ["CloudWatch 2 of 3", ONE_DOWN, []],
  // One minute in which a majority failed, 21 s after its end.
  ["synfleet 0.1", ["..x.......", "..x.......", ".........."], ["page 3.35", "recovery 4.35"]],
  ["synfleet 0.1", ONE_DOWN, []],
];

describe("a peer's rule", () => {
  for (const [name, story, told] of CASES) {
    it(`of ${name} tells ${told.join(", ") || "nothing"} of ${story.join(" ")}`, () => {
      assert.deepEqual(tellOf(name, story), told);
    });
  }

  it("states its source", () => {
    for (const { name, source } of PEERS) assert.ok(source.length > 10, name);
  });
});
