import { spawnSync } from "node:child_process";
import { join } from "node:path";

// Every bench in turn: `npm run bench`. Each prints its table, keeps its figures as JSON in
// bench/results/, and says on standard error what it had to leave out.

const BENCHES: readonly (readonly string[])[] = [
  ["truth/truth.ts"],
  ["truth/outcomes.ts"],
  ["truth/stall.ts"],
  ["throughput/throughput.ts"],
  ["aggregate/aggregate.ts"],
  ["codec.ts"],
  ["summary-size.ts"],
  ["bundle-size.ts"],
  ["cold-start.ts"],
  ["cost/cost.ts"],
  ["fleet/fleet.ts", "--tasks", "1000", "--schedule", "15", "--regions", "3", "--minutes", "3"],
];

const failed: string[] = [];
for (const [file = "", ...parameters] of BENCHES) {
  process.stderr.write(`\n== node bench/${[file, ...parameters].join(" ")}\n`);
  const path = join(import.meta.dirname, file);
  const { status } = spawnSync(process.execPath, [path, ...parameters, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (status !== 0) failed.push(file);
}
if (failed.length > 0) {
  process.stderr.write(`\nfailed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}
