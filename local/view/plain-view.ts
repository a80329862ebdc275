import { escapeUnprintable } from "../../shared/input/input.ts";
import { lossPercent } from "../../shared/summary/summary.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import type { Board } from "./board.ts";
import { milliseconds, percent } from "./show-figures.ts";
import type { StandingState } from "./standing.ts";
import { atTime, describeEvent, stoppedSentence, type View } from "./view.ts";

/** More tasks than this that are down say less than their number. */
const SHOWN_STATES = 20;

/** Lines for a log: changes of results, one summary a minute for each task, alerts. It has no colours and no cursor codes. */
export function createPlainView(
  board: Board,
  say: (line: string) => void,
  drained: () => Promise<void>,
  now: () => EpochMs = Date.now,
): View {
  const sayAt = (at: number, text: string): void => say(atTime(at, text));
  return {
    starting: say,
    started: ({ regions, tasks, problems, dataDir, tasksFile, pageUrl, states }) => {
      const off = tasks.filter(({ enabled }) => !enabled).length;
      const count = `${showCount(tasks.length, "task")}${off === 0 ? "" : ` (${off} disabled)`}`;
      say(`Watching ${count} of ${tasksFile} from ${regions.join(", ")}.`);
      say(`Everything is kept in ${dataDir}.`);
      if (pageUrl !== null) say(`The page is at ${pageUrl}.`);
      for (const problem of problems) say(problem);
      for (const sentence of downSentences(states)) say(sentence);
    },
    watching: (tasks) => board.setTasks(tasks),
    result: (seen) => {
      const change = board.take(seen);
      if (change === null) return;
      const { before, after } = change;
      if (before.state === after.state && before.word === after.word) return;
      const time = seen.result.connectTimeMs;
      const shown = time === null ? "" : ` ${milliseconds(time)}`;
      sayAt(seen.result.startedAtMs, `${seen.task.name} ${seen.region} ${after.word}${shown}`);
    },
    summary: ({ taskName, periodStartMs, overall, rev }) => {
      const figures = [
        `${overall.sampleCount} of ${overall.expectedCount} checks`,
        `${overall.failurePercent === null ? "none" : percent(overall.failurePercent)} failed`,
        `avg ${milliseconds(overall.avgConnectTimeMs)}`,
        `p95 ${milliseconds(overall.p95ConnectTimeMs)}`,
        ...(overall.retransmittedCount > 0 ? [`${percent(lossPercent(overall) ?? 0)} lost`] : []),
      ];
      const again = rev > 1 ? " (again, with late results)" : "";
      sayAt(periodStartMs, `summary ${taskName}: ${figures.join(", ")}${again}`);
    },
    alert: (event) => say(describeEvent(event).line),
    note: (sentence) => sayAt(now(), sentence),
    stopped: async (stopped) => {
      say(stoppedSentence(stopped));
      await drained();
    },
  };
}

/** What is down from before, the worst first. */
function downSentences(states: readonly StandingState[]): string[] {
  const down = states.filter(({ state }) => state !== "OK");
  const sentences = down.slice(0, SHOWN_STATES).map(({ name, state, sinceMs }) => {
    const since = sinceMs === null ? "" : ` since ${toIso(sinceMs)}`;
    return escapeUnprintable(`${name} is ${state}${since}.`);
  });
  const more = down.length - sentences.length;
  return more === 0 ? sentences : [...sentences, `${showCount(more, "more task")} not OK.`];
}
