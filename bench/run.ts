import { spawnSync } from "node:child_process";
import { join } from "node:path";

// Benches in turn: `npm run bench`. Each prints its table, keeps its figures as JSON in
// bench/results/, and says on standard error what it had to leave out.

interface Bench {
  readonly call: readonly string[];
  /** What it measures, in a line. */
  readonly measures: string;
}

const FLEET = ["--tasks", "1000", "--schedule", "15", "--regions", "3", "--minutes", "3"];

const BENCHES: readonly Bench[] = [
  { call: ["truth/truth.ts"], measures: "the error of connect_time_ms, beside other tools" },
  { call: ["truth/outcomes.ts"], measures: "whether each outcome of a connect is told right" },
  { call: ["truth/stall.ts"], measures: "figures of a process that is stopped or starved" },
  { call: ["throughput/throughput.ts"], measures: "CPU and memory of a check, beside other tools" },
  {
    call: ["tls/tls.ts"],
    measures: "CPU of a TLS check beside bare Node, and its time under load",
  },
  { call: ["aggregate/aggregate.ts"], measures: "time and memory of the aggregator by samples" },
  { call: ["outage/outage.ts"], measures: "how soon a mass outage is told, within AWS's limits" },
  { call: ["alerts/alerts.ts"], measures: "false pages, missed outages and delays, beside peers" },
  { call: ["detect/detect.ts"], measures: "how soon a killed server is told, on one machine" },
  { call: ["history/history.ts"], measures: "what the embedded database holds, and gives back" },
  { call: ["codec.ts"], measures: "bytes and nanoseconds of a stored sample" },
  { call: ["summary-size.ts"], measures: "bytes of a stored summary" },
  { call: ["bundle-size.ts"], measures: "size of each function's code" },
  { call: ["cold-start.ts"], measures: "how long a function takes to load" },
  { call: ["cost/cost.ts"], measures: "what AWS would bill, counted and priced" },
  { call: ["cost/hours.ts"], measures: "units of an hour in virtual time, beside the model" },
  { call: ["page/page.ts"], measures: "what the page takes of the database and of the probes" },
  { call: ["fleet/fleet.ts", ...FLEET], measures: "the whole local fleet for some minutes" },
];

const HELP = `npm run bench                    runs every bench in turn
npm run bench -- NAME...         runs these
npm run bench -- [NAME...] --json   prints JSON; other options go to each bench as they are

${BENCHES.map((bench) => `  ${nameOf(bench).padEnd(24)}${bench.measures}`).join("\n")}

What each figure is, and how it is measured: bench/README.md.
`;

function nameOf({ call: [file = ""] }: Bench): string {
  return file.replace(/\.ts$/, "");
}

/** The name of a bench that is given with its path, without, or by its folder alone. */
function fullName(word: string): string {
  const name = word.replace(/^bench\/|\.ts$/g, "");
  return BENCHES.some((bench) => nameOf(bench) === `${name}/${name}`) ? `${name}/${name}` : name;
}

/** Runs a bench; false if it fails. */
function run({ call: [file = "", ...parameters] }: Bench, options: readonly string[]): boolean {
  process.stderr.write(`\n== npx node bench/${[file, ...parameters, ...options].join(" ")}\n`);
  const call = [join(import.meta.dirname, file), ...parameters, ...options];
  return spawnSync(process.execPath, call, { stdio: "inherit" }).status === 0;
}

function main(words: readonly string[]): void {
  if (words.includes("--help") || words.includes("-h")) {
    process.stdout.write(HELP);
    return;
  }
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  const names = (firstOption === -1 ? words : words.slice(0, firstOption)).map(fullName);
  const unknown = names.filter((name) => !BENCHES.some((bench) => nameOf(bench) === name));
  if (unknown.length > 0) {
    process.stderr.write(`No bench is named ${unknown.join(", ")}.\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const chosen = BENCHES.filter((bench) => names.length === 0 || names.includes(nameOf(bench)));
  const failed = chosen.filter((bench) => !run(bench, words.slice(names.length)));
  if (failed.length === 0) return;
  process.stderr.write(`\nfailed: ${failed.map(nameOf).join(", ")}\n`);
  process.exitCode = 1;
}

main(process.argv.slice(2));
