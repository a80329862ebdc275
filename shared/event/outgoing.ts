import type { AlertingContext, TellingMarks, ToldTask } from "../alerting/alerting.ts";
import type { DetailType } from "../contract.ts";
import type { Judgement, TaskStatus, Transition } from "../health/health.ts";
import type { EpochMs, RegionName } from "../units.ts";

/** One event as it goes to the bus. A replay of its window derives the same id and detail. */
export interface OutgoingEvent {
  readonly id: string;
  readonly detailType: DetailType;
  readonly time: EpochMs;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** A transition, and what alerting says of it; it is told if nothing is said. */
export type MarkedTransition = Transition & Partial<TellingMarks>;

/** What a look says of one task: a judgement with what alerting adds to it. */
export interface TaskEvents extends Pick<Judgement, "state"> {
  readonly transitions: readonly MarkedTransition[];
  /** None if left out. They come after the transitions. */
  readonly notices?: ToldTask["notices"];
}

/** What events are about, and the fleet that sends them. */
export interface AlertContext extends AlertingContext {
  readonly fleet: string;
  readonly home: RegionName;
  /**
   * How often time was taken back before: a window that comes again has events of its own. None if
   * left out.
   */
  readonly pass?: number;
}

/** What identifies one event among those of its task. */
export interface EventStamp {
  readonly id: string;
  readonly sequence: number;
  /** The task's status with the event. */
  readonly status: TaskStatus;
}

/** An event's severity: the status of its task in lower case; an advisory's is `warning` or `ok`. */
export type AlertSeverity = "critical" | "warning" | "no_data" | "ok";
