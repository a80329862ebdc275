import { DAY_MS, type EpochMs, toIso } from "../../shared/units.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import {
  choiceOption,
  flagOption,
  momentOption,
  textOption,
  textOptions,
} from "../command/read-option.ts";
import type { Part } from "./columns.ts";

const PARTS: readonly Part[] = ["results", "summaries", "alerts"];

/** The options of `synfleet export` beside those that name the fleet. */
export const EXPORT_OPTIONS: Options = {
  sqlite: {
    type: "string",
    value: "FILE",
    about: "Write an SQLite file with the tables raw_metric_tcp and agg_metric_tcp.",
  },
  csv: { type: "boolean", about: "Write CSV, with a line of names." },
  ndjson: { type: "boolean", about: "Write JSON lines, one object a row." },
  json: { type: "boolean", about: "The same as --ndjson." },
  out: {
    type: "string",
    value: "FILE",
    about: "With --csv and --ndjson: into that file (else standard output).",
  },
  what: {
    type: "string",
    value: "PART",
    about: "results, summaries or alerts (default: results; with --sqlite all three).",
  },
  from: {
    type: "string",
    value: "WHEN",
    about: "From then on: an age (90s, 24h, 7d), an ISO time or Unix seconds (default 24h).",
  },
  to: { type: "string", value: "WHEN", about: "Up to and without then (default: now)." },
  task: { type: "string", value: "TASK", multiple: true, about: "Only that task. Repeatable." },
  force: { type: "boolean", about: "Replace the file if it is there." },
};

/** What a call asks for. */
export interface ExportOrder {
  readonly form: "sqlite" | "csv" | "ndjson";
  /** Null for standard output. */
  readonly path: string | null;
  readonly replaces: boolean;
  readonly parts: readonly [Part, ...Part[]];
  /** Null for all. */
  readonly taskNames: ReadonlySet<string> | null;
  readonly fromMs: EpochMs;
  /** Exclusive. */
  readonly toMs: EpochMs;
}

/** Reads what a call asks for; throws UsageError if its options contradict each other. */
export function exportOrderOf(call: Call): ExportOrder {
  const { form, path } = placeOf(call);
  const what = choiceOption(call, "what", PARTS);
  const replaces = flagOption(call, "force");
  if (replaces && path === null) throw new UsageError("--force goes with a file.");
  const names = textOptions(call, "task");
  const all = ["results", "summaries", "alerts"] as const;
  return {
    ...{ form, path, replaces },
    parts: what !== null ? [what] : form === "sqlite" ? all : ["results"],
    taskNames: names.length === 0 ? null : new Set(names),
    ...timeOf(call),
  };
}

function placeOf(call: Call): Pick<ExportOrder, "form" | "path"> {
  const sqlite = textOption(call, "sqlite");
  const out = textOption(call, "out");
  const isJson = flagOption(call, "ndjson") || flagOption(call, "json");
  const [form, ...others] = [
    ...(sqlite === null ? [] : (["sqlite"] as const)),
    ...(flagOption(call, "csv") ? (["csv"] as const) : []),
    ...(isJson ? (["ndjson"] as const) : []),
  ];
  if (form === undefined || others.length > 0)
    throw new UsageError("Choose one of --sqlite FILE, --csv and --ndjson.");
  if (sqlite === null) return { form, path: out };
  if (out !== null) throw new UsageError("--out does not go with --sqlite, which names its file.");
  return { form, path: sqlite };
}

function timeOf(call: Call): Pick<ExportOrder, "fromMs" | "toMs"> {
  const toMs = momentOption(call, "to") ?? call.io.now();
  const fromMs = momentOption(call, "from") ?? toMs - DAY_MS;
  if (fromMs < toMs) return { fromMs, toMs };
  throw new UsageError(
    `--from must be before --to, is ${toIso(fromMs)}, and --to is ${toIso(toMs)}.`,
  );
}
