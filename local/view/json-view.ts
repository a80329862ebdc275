import { escapeUnprintable } from "../../shared/input/input.ts";
import { toRawMetric } from "../../shared/result/result.ts";
import { toAggMetric } from "../../shared/summary/summary.ts";
import { printTask } from "../../shared/task/task.ts";
import { toIso } from "../../shared/units.ts";
import type { LineWriter } from "./line-writer.ts";
import { atTime, type View } from "./view.ts";

/** JSON lines on `lines`, one record each; sentences without a record go to `say`. */
export function createJsonView(lines: LineWriter, say: (sentence: string) => void): View {
  const must = (kind: string, record: object): void =>
    lines.write(printable({ kind, ...record }), "must");
  return {
    starting: () => undefined,
    started: ({ version, regions, shards, tasks, problems, dataDir, tasksFile, pageUrl, states }) =>
      must("started", {
        version,
        regions,
        shards,
        tasks: tasks.map(printTask),
        problems,
        tasks_file: tasksFile,
        data_dir: dataDir,
        page_url: pageUrl,
        states: states.map(({ sinceMs, ...state }) => ({
          ...state,
          since: sinceMs === null ? null : toIso(sinceMs),
        })),
      }),
    watching: () => undefined,
    result: ({ region, task, result }) => {
      const record = { kind: "result", ...toRawMetric(region, task, result) };
      lines.write(printable(record), "may");
    },
    summary: (summary) => must("summary", toAggMetric(summary)),
    alert: (event) => must("alert", event),
    note: (sentence) => say(atTime(Date.now(), sentence)),
    stopped: async ({ reason, ...counts }) => {
      must("stopped", { reason, ...counts, dropped: lines.droppedCount });
      await lines.drained();
    },
  };
}

/** JSON leaves some controls and line separators raw; their codes mean the same. */
function printable(record: object): string {
  return escapeUnprintable(JSON.stringify(record));
}
