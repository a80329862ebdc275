import {
  INITIAL_STATE,
  type Judgement,
  judgeSamples,
  judgeWindow,
  type StateTransition,
  type TaskState,
} from "../../../shared/health/health.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import {
  type Figures,
  figuresOf,
  type JudgedCheck,
  type RegionWindow,
  type TaskWindow,
} from "../../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { Note } from "../note.ts";
import { regionNames, type Setting } from "../setting.ts";
import type { Arrived, HomeRule, HomeSample, IsSick } from "./home-rule.ts";

/** How the fleet's own judgement is put to work. */
export interface FleetRuleSetup {
  readonly setting: Setting;
  readonly policy: AlertPolicy;
  readonly isSick: IsSick;
  /** Without the rules over figures: a task that is down, and nothing else. */
  readonly incidentsAlone: boolean;
}

/** The fleet's own judgement, as home calls it: looks at samples, and closed windows. */
export class FleetRule implements HomeRule {
  readonly notes: Note[] = [];
  readonly #setup: FleetRuleSetup;
  readonly #names: readonly string[];
  #state: TaskState = INITIAL_STATE;
  /** Windows in a row that had no failure and changed nothing. */
  #idleCount = Number.POSITIVE_INFINITY;

  constructor(setup: FleetRuleSetup) {
    this.#setup = setup;
    this.#names = regionNames(setup.setting);
  }

  get isQuiet(): boolean {
    // Every region must have had its say.
    const isIdle = this.#idleCount * MINUTE_MS >= this.#setup.setting.scheduleMs;
    return isIdle && !this.isInDoubt;
  }

  get isInDoubt(): boolean {
    const { incident, warning, silence, regions } = this.#state;
    if ((incident.openedAtMs ?? warning.openedAtMs ?? silence.openedAtMs) !== null) return true;
    return Object.values(regions).some(
      ({ status, failCount, recent }) => status !== "healthy" || failCount > 0 || recent !== "",
    );
  }

  passUntil(): void {
    this.#idleCount = Number.POSITIVE_INFINITY;
  }

  look(arrived: Arrived, nowMs: EpochMs): void {
    const window = this.#windowOf(arrived);
    const { policy } = this.#setup;
    this.#take(judgeSamples(this.#state, window, policy, this.#sickAt(nowMs)), nowMs);
  }

  close(arrived: Arrived, nowMs: EpochMs): void {
    const window = this.#windowOf(arrived);
    const { policy, incidentsAlone } = this.#setup;
    const judge = incidentsAlone ? judgeSamples : judgeWindow;
    const before = this.#state;
    this.#take(judge(before, window, policy, this.#sickAt(nowMs)), nowMs);
    const isIdle = before === this.#state && arrived.samples.every(({ passed }) => passed);
    this.#idleCount = isIdle ? this.#idleCount + 1 : 0;
  }

  #take({ state, transitions }: Judgement, nowMs: EpochMs): void {
    this.#state = state;
    for (const transition of transitions) {
      if (transition.kind !== "state") continue;
      const what = whatIs(transition);
      if (what !== null) this.notes.push({ atMs: nowMs, what });
    }
  }

  #sickAt(nowMs: EpochMs): ReadonlySet<string> {
    return new Set(this.#names.filter((_, region) => this.#setup.isSick(region, nowMs)));
  }

  #windowOf({ fromMs, toMs, samples, slotCounts }: Arrived): TaskWindow {
    const regions = this.#names.map((name, region) => {
      const own = samples.filter((sample) => sample.region === region);
      return [name, new RegionPart(own, slotCounts[region] ?? 0)] as const;
    });
    return {
      periodStartMs: fromMs,
      periodEndMs: toMs,
      scheduleMs: this.#setup.setting.scheduleMs,
      regions: Object.fromEntries(regions),
    };
  }
}

/** One region's part of a window, whose figures are made when they are asked for. */
class RegionPart implements RegionWindow {
  readonly covered = true;
  readonly checks: readonly JudgedCheck[];
  readonly rechecks: readonly JudgedCheck[];
  readonly #expectedCount: number;
  #figures: Figures | null = null;

  constructor(samples: readonly HomeSample[], expectedCount: number) {
    this.checks = samples.filter(({ isRecheck }) => !isRecheck).map(checkOf);
    this.rechecks = samples.filter(({ isRecheck }) => isRecheck).map(checkOf);
    this.#expectedCount = expectedCount;
  }

  get figures(): Figures {
    // No rule looks at the times in figures, and to sort and sketch them is most of the work.
    this.#figures ??= figuresOf({ expectedCount: this.#expectedCount }, this.checks.map(untimed));
    return this.#figures;
  }
}

function untimed(check: JudgedCheck): JudgedCheck {
  return { ...check, connectTimeMs: null };
}

function checkOf({ atMs, passed, tookMs }: HomeSample): JudgedCheck {
  const connectTimeMs: DurationMs | null = passed ? tookMs : null;
  return {
    slotAtMs: atMs,
    verdict: passed ? "passed" : "failed",
    errorKind: passed ? null : "timeout",
    connectTimeMs,
    synRetransmits: 0,
  };
}

/** What users are told of a change of status; NO_DATA is told beside. */
function whatIs({ from, to }: StateTransition): Note["what"] | null {
  if (to === "CRITICAL") return "page";
  if (from === "CRITICAL") return "recovery";
  if (to === "WARNING") return "warning";
  return from === "WARNING" ? "warning over" : null;
}
