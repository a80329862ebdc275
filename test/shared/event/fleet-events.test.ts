import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  cutEvent,
  groupHealthEvent,
  type OutgoingEvent,
  regionImpairedEvent,
} from "../../../shared/event/event.ts";
import type { GroupChange, RegionChange } from "../../../shared/fleet-health/fleet-health.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { NOON } from "../health/windows.ts";
import { readEventSchemas } from "./event-schemas.ts";

const sender = { fleet: "prod", home: "eu-west-1" };

const impaired: RegionChange = {
  region: "us-east-1",
  phase: "raised",
  reason: "impaired",
  number: 3,
  atMs: NOON,
  sinceMs: NOON,
  checkedCount: 60,
  failingCount: 42,
  othersShare: 0.0166,
  kinds: ["timeout", "unreachable"],
  isAlone: false,
};

const below: GroupChange = {
  targetId: "postgres",
  phase: "raised",
  reason: "below",
  number: 2,
  atMs: NOON,
  sinceMs: NOON,
  minHealthy: 2,
  healthy: ["a.example.com:5432"],
  unhealthy: ["b.example.com:5432", "c.example.com:5432"],
};

function assertGolden(event: OutgoingEvent, name: string): void {
  const golden = new URL(`../../golden/events/${name}.json`, import.meta.url);
  assert.deepEqual(event, JSON.parse(readFileSync(golden, "utf8")));
}

function assertAllowed({ detailType, detail }: OutgoingEvent): void {
  const validate = readEventSchemas().get(detailType);
  assert.ok(validate?.(JSON.parse(JSON.stringify(detail))), JSON.stringify(validate?.errors));
}

function fieldsOf({ detail }: OutgoingEvent) {
  return JSON.parse(JSON.stringify(detail));
}

const ended = { phase: "cleared", atMs: NOON + 12 * MINUTE_MS, failingCount: 1 } as const;

describe("regionImpairedEvent", () => {
  it("writes the golden event, which its schema allows", () => {
    const event = regionImpairedEvent(impaired, sender);
    assertGolden(event, "region-impaired");
    assertAllowed(event);
  });

  const SENTENCES: readonly (readonly [
    change: Partial<RegionChange>,
    severity: string,
    summary: string,
  ])[] = [
    [
      {},
      "warning",
      "IMPAIRED: us-east-1 fails 42 of 60 targets, 70 %, other regions 1.7 % (timed out, unreachable): it does not vote until it is well",
    ],
    [
      { othersShare: null, kinds: [], isAlone: true },
      "critical",
      "IMPAIRED: us-east-1 fails 42 of 60 targets, 70 %: it does not vote, and no other region can tell whether they are down",
    ],
    [
      { ...ended, reason: "recovered" },
      "ok",
      "OK: us-east-1 is well again after 12 min, and votes: it fails 1 of 60 targets",
    ],
    [
      { ...ended, reason: "region_removed" },
      "ok",
      "OK: us-east-1 is no longer a region of the fleet",
    ],
  ];
  for (const [change, severity, summary] of SENTENCES) {
    it(`says: ${summary}`, () => {
      const event = regionImpairedEvent({ ...impaired, ...change }, sender);
      assertAllowed(event);
      const detail = fieldsOf(event);
      assert.deepEqual([detail.severity, detail.summary], [severity, summary]);
      assert.equal(detail.pagerduty.event_action, severity === "ok" ? "resolve" : "trigger");
    });
  }

  it("has an id that follows from the fleet, the region, the number and the phase alone", () => {
    const idOf = (change: Partial<RegionChange>) =>
      regionImpairedEvent({ ...impaired, ...change }, sender).id;
    assert.equal(idOf({ atMs: NOON + 1, sinceMs: NOON + 1, failingCount: 43 }), idOf({}));
    const others = [{ region: "eu-west-1" }, { number: 4 }, ended].map(idOf);
    assert.equal(new Set([idOf({}), ...others]).size, 4);
  });

  it("says why users are not told", () => {
    const held = regionImpairedEvent(impaired, { ...sender, suppressedBy: "silence" });
    assertAllowed(held);
    assert.equal(fieldsOf(held).suppressed_by, "silence");
    const told = regionImpairedEvent(impaired, { ...sender, suppressedBy: null });
    assert.equal("suppressed_by" in told.detail, false);
  });

  it("resolves in PagerDuty what it triggered", () => {
    const keys = [impaired, { ...impaired, ...ended, number: 4 }].map(
      (change) => fieldsOf(regionImpairedEvent(change, sender)).pagerduty.dedup_key,
    );
    assert.equal(keys[0], keys[1]);
  });
});

describe("groupHealthEvent", () => {
  it("writes the golden event, which its schema allows", () => {
    const event = groupHealthEvent(below, sender);
    assertGolden(event, "group-health");
    assertAllowed(event);
  });

  const many = ["a:1", "b:1", "c:1", "d:1", "e:1"];
  const SENTENCES: readonly (readonly [
    change: Partial<GroupChange>,
    severity: string,
    summary: string,
  ])[] = [
    [
      { healthy: [], unhealthy: many },
      "critical",
      "GROUP: postgres has 0 of 5 targets healthy, must have 2: down are a:1, b:1, c:1, and 2 more",
    ],
    [{ unhealthy: [] }, "critical", "GROUP: postgres has 1 of 1 targets healthy, must have 2"],
    [
      { phase: "cleared", reason: "recovered", healthy: many, unhealthy: [] },
      "ok",
      "OK: postgres has 5 of 5 targets healthy again, must have 2",
    ],
    [
      { phase: "cleared", reason: "no_longer_judged", minHealthy: null },
      "ok",
      "OK: postgres is no longer judged as a group",
    ],
  ];
  for (const [change, severity, summary] of SENTENCES) {
    it(`says: ${summary}`, () => {
      const event = groupHealthEvent({ ...below, ...change }, sender);
      assertAllowed(event);
      const detail = fieldsOf(event);
      assert.deepEqual([detail.severity, detail.summary], [severity, summary]);
    });
  }

  it("lists a hundred targets of each kind, and counts all", () => {
    const healthy = Array.from({ length: 150 }, (_, i) => `h${i}:80`);
    const event = groupHealthEvent({ ...below, healthy, unhealthy: healthy.slice(0, 120) }, sender);
    assertAllowed(event);
    const detail = fieldsOf(event);
    assert.deepEqual(detail.healthy, healthy.slice(0, 100));
    assert.equal(detail.unhealthy.length, 100);
    assert.deepEqual([detail.healthy_count, detail.total_count], [150, 270]);
  });

  it("is cut to three targets of each kind where there is no room", () => {
    const healthy = ["a:1", "b:1", "c:1", "d:1"];
    const event = cutEvent(groupHealthEvent({ ...below, healthy }, sender));
    assertAllowed(event);
    const detail = fieldsOf(event);
    assert.deepEqual([detail.healthy, detail.cut], [["a:1", "b:1", "c:1"], true]);
  });
});
