import type {
  AdvisoryTransition,
  CertificateTransition,
  Judgement,
  Rule,
  StateTransition,
  TaskState,
  TaskStatus,
} from "../health/health.ts";
import type { ErrorKind } from "../result/result.ts";
import type { EpochMs, RegionName } from "../units.ts";
import type { OpenSpell } from "./open-spell.ts";
import type { AlertSettings, ScopedTask } from "./settings/settings.ts";
import type { StormMemory } from "./storms.ts";

/** Why an event is held. If there are several reasons, the first one in this order is named. */
export type Hold = "maintenance" | "silence" | "dependency" | "storm" | "acknowledge";

/** A status that users were not told of. */
export interface HeldStatus {
  /** What they were told last. */
  readonly told: TaskStatus;
  readonly by: Hold;
  /** The transition that was held: it identifies the release. */
  readonly sinceMs: EpochMs;
  readonly errorKind: ErrorKind | null;
}

/** What is remembered of what a task's users were told; empty while they know all that is true. */
export interface AlertingMemory {
  readonly held?: HeldStatus;
  /** Why the advisory of a region was held when it was raised. */
  readonly heldAdvisories?: Readonly<Record<RegionName, Hold>>;
  /** Reminders of what is open, as they are counted since it opened. */
  readonly reminded?: Pick<OpenSpell, "track" | "number"> & { readonly count: number };
  /** The warning that has become critical because nobody ended it. */
  readonly escalated?: number;
}

/** One task in a look: what was remembered of it, what the look made of it, and what it sets. */
export interface LookedTask {
  readonly task: ScopedTask;
  readonly judgement: Judgement;
  readonly memory: AlertingMemory;
  /**
   * The task's own settings; null if its definition is not known in this look. Others may depend on
   * such a task, and its own users are told nothing.
   */
  readonly alert: Partial<AlertSettings> | null;
}

/** What the stage adds to every event of a task. */
export interface TellingMarks {
  /** Null if users are told. */
  readonly suppressedBy: Hold | null;
  /** Tasks that are held because this one, or its target, is down; in order of their names. */
  readonly heldTasks: readonly string[];
}

/** A transition, and whether users are told of it. */
export type ToldTransition = (StateTransition | AdvisoryTransition | CertificateTransition) &
  TellingMarks;

/**
 * What users are told although nothing changed in this look. `released`: of what was held and is
 * still open. `escalated`: a warning has become critical. `reminder`: it is still open.
 */
export interface TaskNotice extends OpenSpell, TellingMarks {
  readonly kind: "released" | "escalated" | "reminder";
  readonly atMs: EpochMs;
  /** What users were told last. */
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly rule: Rule | null;
  readonly errorKind: ErrorKind | null;
  /** Why and since when it was held; null if it was not. */
  readonly held: HeldStatus | null;
  /** The number of the reminder since it opened; 0 if it is none. */
  readonly count: number;
  readonly isEscalated: boolean;
}

/** What a look tells a task's users, and what is to be remembered of it. */
export interface ToldTask {
  readonly name: string;
  /** The same object as that of the judgement if there is no notice. */
  readonly state: TaskState;
  /** The same object as before if nothing changed. */
  readonly memory: AlertingMemory;
  readonly transitions: readonly ToldTransition[];
  /** They come after the transitions. */
  readonly notices: readonly TaskNotice[];
}

/** What the stage remembers of the fleet. It is stored before the tasks of its look. */
export interface FleetAlerting {
  readonly storms: StormMemory;
  /** Ids of the silences and acknowledgements that were told. */
  readonly toldQuietings: readonly string[];
}
