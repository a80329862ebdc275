import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable } from "../report.ts";
import { HEADLINE, listCells, settingsOf } from "./cells.ts";
import { PEERS } from "./monitors/peers.ts";
import { holdLimits } from "./must-hold.ts";
import { type Options, readOptions } from "./options.ts";
import { compareHomes } from "./real/compare-homes.ts";
import { runCells } from "./run-cells.ts";
import { headlineTables, settingTables, type Table } from "./tables.ts";
import { WORLD_KINDS } from "./worlds/worlds.ts";

// How often a rule cries wolf and how long it sleeps, in simulated months.
// `npm run bench -- alerts [--quick] [--seeds tuning|held-out] [--only PART,PART] [--regions 1,3]
// [--schedule 15,60] [--months N] [--outages N] [--workers N] [--json] [--list]`

async function run(options: Options): Promise<void> {
  const tallies = await runCells(listCells(options), options.workers);
  const limits = holdLimits(tallies, options);
  const compared =
    options.only.length > 0 ? [] : await compareHomes(options.seeds, options.compared);
  const tables: Table[] = [
    ...headlineTables(tallies, HEADLINE),
    ...settingTables(tallies, settingsOf(options)),
    {
      title: "The real aggregate step in memory, on the same worlds as the fast driver",
      rows: compared.map(({ row }) => row),
    },
    { title: `What must hold (${options.seeds} seeds)`, rows: limits.rows },
  ].filter(({ rows }) => rows.length > 0);
  publishTables(tables, { options, tallies: Object.fromEntries(tallies) });
  if (!limits.holds || compared.some(({ isSame }) => !isSame)) process.exitCode = 1;
}

function publishTables(tables: readonly Table[], figures: object): void {
  const document = { bench: "alerts", at: new Date().toISOString(), tables, ...figures };
  const folder = join(import.meta.dirname, "..", "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "alerts.json"), `${JSON.stringify(document)}\n`);
  const asText = () => tables.map(({ title, rows }) => formatTable(title, rows)).join("\n");
  process.stdout.write(
    process.argv.includes("--json") ? `${JSON.stringify(document)}\n` : `${asText()}\n`,
  );
}

/** Every kind of world with its parameters, and every peer with its source. */
function listAll(): string {
  const worlds = WORLD_KINDS.map(({ name, says }) => ({ world: name, parameters: says }));
  const peers = PEERS.map(({ name, source }) => ({ rule: name, source }));
  return `${formatTable("Worlds", worlds)}\n${formatTable("Peers", peers)}`;
}

const options = readOptions(process.argv.slice(2));
if (options.lists) process.stdout.write(listAll());
else await run(options);
