// What the page's server answers. Every instant is in milliseconds since 1970, every duration in
// milliseconds. Texts of tasks are as their owners wrote them: whoever shows one escapes it.

/** How long a task had each status. */
export interface StatusTimeRecord {
  readonly okMs: number;
  readonly warningMs: number;
  readonly criticalMs: number;
  readonly noDataMs: number;
  readonly maintenanceMs: number;
  readonly unknownMs: number;
}

/** A task's status, in words that events use. */
export type StatusName = "OK" | "WARNING" | "CRITICAL" | "NO_DATA";

/** What holds a task's alerts now. */
export interface HeldRecord {
  readonly kind: "maintenance" | "silence" | "ack";
  readonly id: string;
  readonly untilMs: number | null;
  readonly reason: string;
}

/** One row of the overview. */
export interface TaskRow {
  readonly name: string;
  readonly host: string;
  readonly targetId: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly scheduleMs: number;
  readonly regions: readonly string[];
  readonly standing: "running" | "waiting" | "disabled" | "rejected";
  readonly note: string | null;
  readonly status: StatusName | null;
  readonly rule: string | null;
  readonly sinceMs: number | null;
  readonly isFlapping: boolean;
  readonly downRegions: readonly string[];
  readonly silentRegions: readonly string[];
  readonly lastSuccessAtMs: number | null;
  readonly held: readonly HeldRecord[];
  readonly lastDay: StatusTimeRecord;
  /** The uptime that its owner wants, in percent; null without a wish. */
  readonly slaPercent: number | null;
  /** How long it may still be down by that, of the last 24 hours; below 0 if it is missed. */
  readonly budgetLeftMs: number | null;
}

/** Tasks with one `target_id`. */
export interface GroupRow {
  readonly targetId: string;
  readonly healthy: readonly string[];
  readonly unhealthy: readonly string[];
  readonly minHealthy: number | null;
  readonly belowSinceMs: number | null;
}

/** `/api/overview`: how every task is. */
export interface OverviewRecord {
  readonly fleet: string;
  readonly nowMs: number;
  /** The end of the newest judged minute; null before the first. */
  readonly judgedToMs: number | null;
  readonly regions: readonly string[];
  /** The worst first. */
  readonly tasks: readonly TaskRow[];
  readonly groups: readonly GroupRow[];
  readonly impaired: readonly { readonly region: string; readonly sinceMs: number }[];
  /** What is wrong with the fleet itself, as sentences without their end. */
  readonly troubles: readonly { readonly text: string; readonly sinceMs: number }[];
  /** Regions that could not be read, with the reason. */
  readonly unread: readonly { readonly region: string; readonly reason: string }[];
}

/**
 * `/api/boards?hours=N`: a strip a task, one character a minute, the oldest first: `o` all checks
 * passed, `s` some failed, `f` all failed, `.` none counted. And the figures of each task's newest minute.
 */
export interface BoardsRecord {
  readonly fromMs: number;
  /** One more than the last whole minute that is there. */
  readonly toMs: number;
  readonly strips: Readonly<Record<string, string>>;
  readonly latest: Readonly<
    Record<
      string,
      {
        readonly atMs: number;
        readonly avgMs: number | null;
        readonly p95Ms: number | null;
        /** A character a region in the order of `regions`, of the same kind as in the strips. */
        readonly regions: string;
      }
    >
  >;
  /** The regions, in the order of the characters. */
  readonly regions: readonly string[];
}

/** One line of a plot: as many elements as there are periods; null is a gap. */
export interface SeriesLine {
  readonly count: readonly number[];
  readonly failed: readonly number[];
  readonly missed: readonly number[];
  readonly avgMs: readonly (number | null)[];
  readonly minMs: readonly (number | null)[];
  readonly maxMs: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  /** The share of timed checks whose SYN was sent again, 0 to 100. */
  readonly lossPercent: readonly (number | null)[];
  /** Averages of the other phases by their name, e.g. `tls`; only those that have any. */
  readonly phasesMs: Readonly<Record<string, readonly (number | null)[]>>;
}

/** `/api/series?name=&from=&to=&step=`: the periods of one task. */
export interface SeriesRecord {
  readonly name: string;
  /** A minute, an hour or a day, in milliseconds. */
  readonly stepMs: number;
  readonly startsMs: readonly number[];
  readonly overall: SeriesLine;
  readonly regions: Readonly<Record<string, SeriesLine>>;
  /** Failures by kind: a count a period. */
  readonly failuresByKind: Readonly<Record<string, readonly number[]>>;
  /** Connect times of the whole time: bins with their edges in milliseconds. */
  readonly histogram: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly count: number;
  }[];
  /** The spans of each status, oldest first. */
  readonly statuses: readonly {
    readonly status: StatusName;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  /** The spans of maintenance, oldest first, without an overlap. */
  readonly maintenances: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** One event as the page shows it. */
export interface EventRow {
  readonly id: string;
  readonly atMs: number;
  readonly detailType: string;
  readonly taskName: string | null;
  readonly targetId: string | null;
  readonly state: string | null;
  readonly severity: string | null;
  /** The event's own sentence. */
  readonly summary: string;
  readonly errorKind: string | null;
  readonly suppressedBy: string | null;
  /** The whole detail: votes, samples, figures. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `/api/events`: the newest first. */
export interface EventsRecord {
  readonly events: readonly EventRow[];
  readonly damagedCount: number;
}

/** `/api/results?name=`: the newest first, as `raw_metric_tcp` records. */
export interface ResultsRecord {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly unread: readonly { readonly region: string; readonly reason: string }[];
}

/** One effective setting of a task, and where it comes from. */
export interface ConfigLine {
  readonly field: string;
  readonly value: string;
  readonly from: "task" | "target" | "fleet" | "deployment" | "default";
}

/** A time that an uptime is of, which ends now. */
export type UptimePeriod = "1d" | "7d" | "30d" | "90d";

/** `/api/task?name=`: what is known of one task beside its figures. */
export interface TaskRecordView {
  readonly row: TaskRow;
  readonly config: readonly ConfigLine[];
  /** Why it alerts, or how far it is from that, line by line. */
  readonly explanation: readonly string[];
  readonly certificate: {
    readonly untilMs: number;
    readonly fields: readonly { readonly name: string; readonly value: string }[];
  } | null;
  /** Uptime in percent over 24 hours, 7, 30 and 90 days; null if it is not known. */
  readonly uptime: Readonly<Record<UptimePeriod, number | null>>;
  /** What is left of each period's budget by its `slaPercent`; null without one. */
  readonly budgetLeftMs: Readonly<Record<UptimePeriod, number>> | null;
}

/** One probing region's own health. */
export interface RegionRow {
  readonly name: string;
  readonly shards: number;
  readonly taskCount: number;
  readonly lastReportAtMs: number | null;
  readonly lagMs: number | null;
  readonly missedCount: number | null;
  readonly expectedCount: number | null;
  readonly stallCount: number | null;
  readonly clockOffsetMs: number | null;
  /** The share of its tasks that fail, 0 to 1. */
  readonly failingShare: number | null;
  /** Since when it abstains because its own network fails. */
  readonly impairedSinceMs: number | null;
  readonly planAgeMs: number | null;
  /** Why it could not be read; null if it could. */
  readonly unread: string | null;
}

/** `/api/regions`: the regions, and how each target looks from each of them. */
export interface RegionsRecord {
  readonly regions: readonly RegionRow[];
  /** Regions that are being taken out. */
  readonly retired: readonly string[];
  readonly matrix: readonly {
    readonly name: string;
    readonly targetId: string | null;
    readonly cells: Readonly<
      Record<
        string,
        {
          readonly failedPercent: number | null;
          readonly avgMs: number | null;
          readonly lossPercent: number | null;
        }
      >
    >;
  }[];
}

/** `/api/session`: what the page may do, and the token that its changes must carry. */
export interface SessionRecord {
  readonly version: string;
  readonly fleet: string;
  readonly token: string;
}

/** What `/api/maintenance`, `/api/silence` and `/api/ack` take. */
export interface QuietOrder {
  readonly scope:
    | { readonly kind: "task"; readonly name: string }
    | { readonly kind: "target"; readonly id: string }
    | { readonly kind: "fleet" };
  /** How long; an acknowledgement may end with its incident instead. */
  readonly durationMs: number | null;
  readonly reason: string;
  readonly by: string;
}

/** A refusal, with the field that is wrong if one is. */
export interface ProblemRecord {
  readonly problem: string;
  readonly field?: string;
}
