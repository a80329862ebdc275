import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type FleetTrouble, troubleEvent } from "../../../shared/event/event.ts";
import { NOON } from "../health/windows.ts";
import { readEventSchemas } from "./event-schemas.ts";

const raised: FleetTrouble = {
  fleet: "prod",
  home: "eu-west-1",
  trouble: "disk",
  state: "raised",
  summary: "The data can't be kept: No space left on device.",
  sinceMs: NOON,
};

describe("troubleEvent", () => {
  it("writes the golden event, which its schema allows", () => {
    const event = troubleEvent(raised, NOON + 1_000);
    const golden = new URL("../../golden/events/fleet-trouble.json", import.meta.url);
    assert.deepEqual(event, JSON.parse(readFileSync(golden, "utf8")));
    const validate = readEventSchemas().get(event.detailType);
    assert.ok(validate?.(event.detail), JSON.stringify(validate?.errors));
  });

  it("is ok, with another id, when the trouble is over", () => {
    const cleared = troubleEvent({ ...raised, state: "cleared" }, NOON + 60_000);
    const { severity, since } = JSON.parse(JSON.stringify(cleared.detail));
    assert.deepEqual({ severity, since }, { severity: "ok", since: "2026-01-05T12:00:00.000Z" });
    assert.notEqual(cleared.id, troubleEvent(raised, NOON).id);
    assert.equal(troubleEvent(raised, NOON).id, troubleEvent(raised, NOON + 5).id);
    const validate = readEventSchemas().get(cleared.detailType);
    assert.ok(validate?.(cleared.detail), JSON.stringify(validate?.errors));
  });
});
