import { resolve } from "node:path";
import { nearestName } from "../../shared/input/input.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { EXPORT_OPTIONS, type ExportOrder, exportOrderOf } from "../export/export-options.ts";
import { CSV_FORM, NDJSON_FORM, openFileSink, openOutputSink } from "../export/line-sink.ts";
import { type Counts, readTaskNames, runExport } from "../export/run-export.ts";
import type { Sink } from "../export/sink.ts";
import { openSqliteSink } from "../export/sqlite-sink.ts";
import { DraftFile } from "../files/draft-file.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";

/** What can't be read may be many items; so many are named. */
const MOST_FAULTS = 20;

/** `synfleet export`: the history for other tools. */
export const exportHistory: Command = {
  argCount: { min: 0, max: 0 },
  options: { ...EXPORT_OPTIONS, ...FLEET_OPTIONS },
  notes: [
    "The file is there when all of it is written, or not at all. One that is there already is not changed without --force.",
    "Results and alerts are in order of time, summaries by task; times are Unix seconds in UTC.",
    "Exit codes: 0 fine, also without rows; 1 nothing is known of a task; 3 failed, or something could not be read: it is named, and all else is written.",
  ],
  run: (call) => {
    const order = exportOrderOf(call);
    return withFleet(call, async (open) => {
      const sources = openHistory(open);
      const unknown = await findUnknown(sources, order);
      for (const sentence of unknown) call.io.error(sentence);
      if (unknown.length > 0) return EXIT.no;
      return writeAll(call, order, sources);
    });
  },
};

async function findUnknown(
  sources: Parameters<typeof readTaskNames>[0],
  { taskNames }: ExportOrder,
): Promise<string[]> {
  if (taskNames === null) return [];
  const known = await readTaskNames(sources);
  const unknown = [...taskNames].filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const near = nearestName(name, known);
    const hint = near === null ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    return `No task is named ${JSON.stringify(name)}.${hint}`;
  });
}

async function writeAll(
  call: Call,
  order: ExportOrder,
  sources: Parameters<typeof runExport>[0],
): Promise<ExitCode> {
  const { io } = call;
  const sink = openSink(call, order);
  let faultCount = 0;
  try {
    const counts = await runExport(sources, order, sink, {
      onProgress: (part, count, upTo) =>
        io.progress?.(`${showCount(count, "row")} of ${part}, up to ${upTo}`),
      onFault: (sentence) => {
        faultCount += 1;
        if (faultCount > MOST_FAULTS) return;
        io.progress?.("");
        io.error(sentence);
      },
    });
    io.progress?.("");
    sink.finish();
    if (order.path !== null) io.out(`${order.path}: ${showCounts(order, counts)}.`);
  } catch (error) {
    io.progress?.("");
    sink.discard();
    throw error;
  }
  if (faultCount > MOST_FAULTS) io.error(`And ${showCount(faultCount - MOST_FAULTS, "more")}.`);
  return faultCount === 0 ? EXIT.fine : EXIT.failed;
}

function openSink({ io }: Call, { form, path, replaces, parts }: ExportOrder): Sink {
  const lines = form === "csv" ? CSV_FORM : NDJSON_FORM;
  if (path === null) return openOutputSink(lines, parts[0], io);
  const file = new DraftFile(resolve(io.cwd, path), replaces);
  try {
    return form === "sqlite" ? openSqliteSink(file) : openFileSink(lines, parts[0], file);
  } catch (error) {
    file.discard();
    throw error;
  }
}

function showCounts({ parts }: ExportOrder, counts: Counts): string {
  return parts.map((part) => `${counts[part]} ${part}`).join(", ");
}
