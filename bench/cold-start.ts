// What a cold start costs: npx node bench/cold-start.ts [--json]
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ENV } from "../shared/contract.ts";
import { startEmbedded, TEST_FLEET } from "../test/embedded.ts";
import { buildVariant, VARIANTS } from "./bundle-variants.ts";
import { publish, type Spread, spreadOf } from "./report.ts";

const ROUNDS = 21;

/**
 * What a fresh process does: loads the bundle, and calls its handler where it is given an event.
 * Times are since the process began, as Node knows it.
 */
const RUN = `
  const [place, event] = process.argv.slice(1);
  const said = { loadedMs: performance.now(), calledMs: performance.now() };
  const finish = () => process.stderr.write(JSON.stringify(said), () => process.exit(0));
  const call = ({ handler }) => {
    said.loadedMs = performance.now();
    handler(JSON.parse(event)).then(() => { said.calledMs = performance.now(); finish(); });
  };
  if (place === undefined) finish();
  else if (place.endsWith(".mjs")) import(place).then(call);
  else call(require(place));
`;

interface Times {
  readonly loadedMs: number;
  readonly calledMs: number;
}

const run = promisify(execFile);

async function timesOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Times> {
  const { stderr } = await run(process.execPath, ["-e", RUN, ...args], { env });
  return JSON.parse(stderr);
}

function environmentFor(endpoint: string): NodeJS.ProcessEnv {
  return {
    AWS_REGION: TEST_FLEET.home,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    [ENV.fleet]: TEST_FLEET.name,
    [ENV.home]: TEST_FLEET.home,
    [ENV.regions]: JSON.stringify(TEST_FLEET.regions),
    [ENV.bus]: TEST_FLEET.name,
  };
}

const folder = mkdtempSync(join(tmpdir(), "synfleet-bench-"));
const aws = await startEmbedded();
const env = environmentFor(aws.endpoint);
const built = VARIANTS.map((variant) => {
  const file = buildVariant(variant, folder);
  const place = file.endsWith(".mjs") ? pathToFileURL(file).href : file;
  return { name: variant.name, args: [place, '{"shard":0}'], times: [] as Times[] };
});
const empty: number[] = [];

// In turns, so that what else the machine does falls on all alike. The first round warms its disk.
for (let round = 0; round <= ROUNDS; round++) {
  const bare = await timesOf([], env);
  if (round > 0) empty.push(bare.calledMs);
  for (const { args, times } of built) {
    const measured = await timesOf(args, env);
    if (round > 0) times.push(measured);
  }
}
await aws.close();
rmSync(folder, { recursive: true });

const emptyMs = spreadOf(empty).median;

function aboveEmpty(values: readonly number[]): Spread {
  return spreadOf(values.map((value) => Math.round((value - emptyMs) * 10) / 10));
}

publish(
  "cold-start",
  `Milliseconds above an empty process (${emptyMs.toFixed(1)} ms), medians of ${ROUNDS} fresh processes`,
  built.map(({ name, times }) => {
    const loaded = aboveEmpty(times.map(({ loadedMs }) => loadedMs));
    const called = aboveEmpty(times.map(({ calledMs }) => calledMs));
    return {
      bundle: name,
      loaded: loaded.median,
      "loaded min": loaded.min,
      "loaded max": loaded.max,
      "first invocation": called.median,
      "first min": called.min,
      "first max": called.max,
    };
  }),
);
