import { escapeUnprintable } from "../../shared/input/input.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import type { Task } from "../../shared/task/task.ts";
import { type EpochMs, type RegionName, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Colour, statusColour } from "../../terminal/paint.ts";
import type { EventEnvelope } from "../events/put-events.ts";
import type { SeenResult } from "./board.ts";
import type { StandingState } from "./standing.ts";
import type { WatchedTask } from "./watched-task.ts";

/** What a view shows at the start. */
export interface Started {
  readonly version: string;
  readonly regions: readonly RegionName[];
  readonly shards: number;
  readonly tasks: readonly Task[];
  /** One sentence each. */
  readonly problems: readonly string[];
  readonly dataDir: string;
  readonly tasksFile: string;
  /** Where the page is; null without one. */
  readonly pageUrl: string | null;
  /** How the tasks stand from before, the worst first. */
  readonly states: readonly StandingState[];
}

/** What a view shows at the end. */
export interface Stopped {
  readonly reason: string;
  readonly results: number;
  readonly summaries: number;
  readonly alerts: number;
}

/** Shows what happens: as a live table, as plain lines, or as JSON lines. */
export interface View {
  /** Says what is started, which can take some seconds. */
  starting(sentence: string): void;
  started(started: Started): void;
  /** The tasks that are watched from now on. */
  watching(tasks: readonly WatchedTask[]): void;
  result(seen: SeenResult): void;
  summary(summary: Summary): void;
  alert(event: EventEnvelope): void;
  /** Any other sentence for the user. */
  note(sentence: string): void;
  /** Shows the end; resolves when everything is written. */
  stopped(stopped: Stopped): Promise<void>;
}

/** A sentence after the time of day, UTC: `15:04:05 …`. */
export function atTime(at: EpochMs, sentence: string): string {
  return escapeUnprintable(`${toIso(at).slice(11, 19)} ${sentence}`);
}

/** The last sentence of a run. */
export function stoppedSentence({ reason, results, summaries, alerts }: Stopped): string {
  const counts = [
    showCount(results, "result"),
    showCount(summaries, "summary", "summaries"),
    showCount(alerts, "alert"),
  ];
  return `Stopped (${reason}): ${counts.join(", ")}.`;
}

/** An event as one line for people, and the colour of its severity. */
export interface EventLine {
  readonly line: string;
  readonly colour: Colour | null;
}

/** The line of an event: its `detail.problems`, else its `detail.summary`, else its detail-type. */
export function describeEvent(event: EventEnvelope): EventLine {
  const { summary, problems, severity } = event.detail;
  const said = Array.isArray(problems) ? problems.join("; ") : summary;
  const what = typeof said === "string" && said !== "" ? said : event["detail-type"];
  // Any process on this machine may put an event, so it may contain terminal commands.
  const line = escapeUnprintable(`${event.time.slice(11, 19)} ${what}`);
  return { line, colour: statusColour(String(severity)) };
}
