import { errorKindOf, judgeResult, type ProbeResult } from "../../../shared/result/result.ts";
import { pauseBeforeRetry, retriesEndMs } from "../../../shared/retry/retry.ts";
import type { RetrySettings } from "../../../shared/task/task.ts";
import type { DurationMs } from "../../../shared/units.ts";
import type { ProbeFacts } from "../probers/probers.ts";
import { askingAnew } from "./ask-anew.ts";
import type { CheckInput, CheckListener, StartCheck, ToldCheck } from "./services.ts";
import { sumTotals } from "./totals.ts";

/** How a check is started, and when it is made again. */
interface RetryPlan {
  readonly start: StartCheck;
  readonly settings: RetrySettings;
}

/** Starts a check that is made again in its slot while it fails. */
export function startRetrying(plan: RetryPlan, check: ToldCheck): void {
  new RetriedCheck(plan, check).begin();
}

/** The attempts of one check; what it tells is the last one that says something of the target. */
class RetriedCheck implements CheckListener {
  readonly #plan: RetryPlan;
  readonly #check: ToldCheck;
  readonly #failed: ProbeResult[] = [];
  /** When the time for attempts is over, on the monotonic clock. */
  readonly #endsMs: DurationMs;
  /** Aborted when the attempt that is under way has ended. */
  #attempted = new AbortController();

  constructor(plan: RetryPlan, check: ToldCheck) {
    const { input, services } = check;
    this.#plan = plan;
    this.#check = check;
    const spanMs = retriesEndMs(input.task);
    // A clock that was set back gives no more time.
    const leftMs = Math.min(spanMs, input.slotAtMs + spanMs - services.clock.now());
    this.#endsMs = services.clock.monotonic() + leftMs;
  }

  begin(): void {
    const { input, services } = this.#check;
    this.#plan.start(input, services, this);
  }

  checked(_: CheckInput, result: ProbeResult | null, facts?: ProbeFacts): void {
    this.#attempted.abort();
    const verdict = result === null ? "uncounted" : judgeResult(result);
    // An attempt that says nothing of the target does not hide that the one before it failed.
    if (verdict === "uncounted" && this.#failed.length > 0) return void this.#tellLastFailure();
    if (result === null || verdict !== "failed") return void this.#tell(result, facts);
    const pauseMs = this.#pauseAfter(result);
    if (pauseMs === null) return void this.#tell(result, facts);
    this.#failed.push(result);
    void this.#tryAgain(pauseMs);
  }

  broke(fault: unknown): void {
    this.#attempted.abort();
    this.#check.listener.broke(fault);
  }

  #pauseAfter({ slotAtMs }: ProbeResult): DurationMs | null {
    const { input, services } = this.#check;
    return pauseBeforeRetry(this.#plan.settings, {
      name: input.task.name,
      slotAtMs,
      failedCount: this.#failed.length + 1,
      leftMs: this.#endsMs - services.clock.monotonic(),
    });
  }

  async #tryAgain(pauseMs: DurationMs): Promise<void> {
    const { input, services } = this.#check;
    await services.clock.sleep(pauseMs, services.signal);
    if (services.signal.aborted) return this.#tellLastFailure();
    // Name servers that gave no address are asked again: the same answer twice is no second failure.
    const hadNoAddress = this.#failed.at(-1)?.address === null;
    const network = hadNoAddress ? askingAnew(services.network) : services.network;
    const signal = this.#untilSlotEnd();
    const dueAtMs = services.clock.now();
    this.#plan.start({ ...input, dueAtMs }, { ...services, network, signal }, this);
  }

  /** An attempt ends with its slot, whatever it waits for; it has no result then. */
  #untilSlotEnd(): AbortSignal {
    const { clock, signal } = this.#check.services;
    const attempted = new AbortController();
    const slotEnd = new AbortController();
    this.#attempted = attempted;
    void clock.sleep(this.#endsMs - clock.monotonic(), attempted.signal).then(() => {
      if (!attempted.signal.aborted) slotEnd.abort();
    });
    return AbortSignal.any([signal, slotEnd.signal]);
  }

  #tellLastFailure(): void {
    this.#tell(this.#failed.pop() ?? null);
  }

  #tell(result: ProbeResult | null, facts?: ProbeFacts): void {
    const { input, listener } = this.#check;
    const whole = result === null ? null : withAttempts(result, this.#failed);
    listener.checked(input, whole, facts);
  }
}

function withAttempts(result: ProbeResult, failed: readonly ProbeResult[]): ProbeResult {
  if (failed.length === 0) return result;
  const kinds = failed.map(({ outcome, expect }) => errorKindOf(outcome, expect));
  const retried = kinds.filter((kind) => kind !== null);
  return {
    ...result,
    ...sumTotals([...failed, result]),
    retryCount: failed.length,
    detail: { ...result.detail, retried },
  };
}
