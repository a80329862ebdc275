import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { openLocalData } from "../../../local/aws/local-data.ts";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";
import { ACCESS_KEY, rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { startEventEndpoint } from "../../../local/events/event-endpoint.ts";
import { busName } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";

const FLEET = defaultFleet();
const EVENT: OutgoingEvent = {
  id: "e1",
  detailType: "TCP Probe Task Rejected",
  time: Date.UTC(2026, 0, 5, 12),
  resources: [],
  detail: { id: "e1" },
};

describe("openLocalData", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("publishes to the bus of the fleet that runs on the data", async () => {
    const taken: string[] = [];
    const place = { bus: busName(FLEET.name), region: FLEET.home, accessKey: ACCESS_KEY };
    const endpoint = await startEventEndpoint(place, async ({ detail }) => {
      taken.push(String(detail.id));
    });
    const urls = { database: "http://127.0.0.1:1", events: endpoint.endpoint };
    rememberRuntime(dir, { role: "fleet", ...urls, fleet: FLEET });
    const data = await openLocalData(dir);
    assert.deepEqual(await data.bus.publish([EVENT]), { delivered: ["e1"], failed: [] });
    assert.deepEqual(taken, ["e1"]);
    await data.close();
    await endpoint.close();
  });

  test("leaves events pending while no fleet runs", async () => {
    const data = await openLocalData(dir);
    assert.deepEqual(await data.bus.publish([EVENT]), { delivered: [], failed: [] });
    assert.deepEqual(data.fleet, FLEET);
    await data.close();
  });

  test("does not use the database of another command", async () => {
    const runtime = { database: "http://127.0.0.1:1", events: "http://127.0.0.1:1", fleet: FLEET };
    rememberRuntime(dir, { role: "command", ...runtime });
    const data = await openLocalData(dir);
    assert.notEqual(data.endpoint, runtime.database);
    await data.close();
  });
});
