import { parseArgs } from "node:util";
import type { Fleet } from "../../shared/plan/plan.ts";
import { startEmbedded } from "../../test/embedded.ts";
import { publish } from "../report.ts";
import { fillFleet } from "./fill-fleet.ts";
import { lagRows } from "./lag-rows.ts";
import { overviewRows } from "./overview-rows.ts";

// What the page's overview takes of the database, and what live browsers take of the probes.
// `npx node bench/page/page.ts --tasks 2000 --runs 5 --lag-tasks 300 --minutes 3 [--json]`

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "2000" },
    runs: { type: "string", default: "5" },
    "lag-tasks": { type: "string", default: "300" },
    minutes: { type: "string", default: "3" },
    browsers: { type: "string", default: "10" },
    json: { type: "boolean" },
  },
});

const FLEET: Fleet = {
  name: "bench",
  home: "eu-west-1",
  regions: ["eu-west-1", "us-east-1", "ap-southeast-2"].map((name) => ({
    ...{ name, shards: 1, vpc: false, ipv6: false },
  })),
};

const database = await startEmbedded(FLEET);
try {
  const filled = { fleet: FLEET, taskCount: Number(values.tasks), nowMs: Date.now() };
  await fillFleet(database.client, filled);
  publish(
    "page-overview",
    `${values.tasks} tasks in 3 regions, in the embedded database, read by the page's server`,
    await overviewRows(database.endpoint, filled, Number(values.runs)),
  );
} finally {
  await database.close();
}
const minutes = Number(values.minutes);
const lag = { taskCount: Number(values["lag-tasks"]), minutes, browsers: Number(values.browsers) };
publish(
  "page-lag",
  `Two local fleets at once, each of ${lag.taskCount} tasks every 15 s in 3 regions for ${minutes} minutes`,
  await lagRows(lag),
);
