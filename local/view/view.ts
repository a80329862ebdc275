import type { Summary } from "../../shared/summary/summary.ts";
import type { Task } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import type { EventEnvelope } from "../aws/put-events.ts";
import type { SeenResult } from "./board.ts";

/** What the user is told at the start. */
export interface Started {
  readonly version: string;
  readonly regions: readonly RegionName[];
  readonly shards: number;
  readonly tasks: readonly Task[];
  /** One sentence each. */
  readonly problems: readonly string[];
  readonly dataDir: string;
  readonly tasksFile: string;
}

/** What the user is told at the end. */
export interface Stopped {
  readonly reason: string;
  readonly results: number;
  readonly summaries: number;
  readonly alerts: number;
}

/** Where all that happens is shown: a live table, plain lines, or JSON lines. */
export interface View {
  started(started: Started): void;
  /** The tasks that are watched from now on. */
  watching(tasks: readonly Task[]): void;
  result(seen: SeenResult): void;
  summary(summary: Summary): void;
  alert(event: EventEnvelope): void;
  /** Anything else worth a line. */
  note(sentence: string): void;
  /** The last word; resolves when everything is written. */
  stopped(stopped: Stopped): Promise<void>;
}
