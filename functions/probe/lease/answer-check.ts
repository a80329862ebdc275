import type { AskedCheck, CheckAnswer } from "../../../shared/request/request.ts";
import { type ProbeResult, toRawMetric } from "../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import type { DurationMs } from "../../../shared/units.ts";
import { RateLimiter } from "../admit/admit.ts";
import { CLOSE_AT_ONCE, type checkTarget } from "../check/check.ts";
import { DNS_DEADLINE_MS } from "../dns/dns.ts";
import { LONGEST_CLOSE_MS } from "../socket/socket.ts";
import { faultText } from "./fault-text.ts";
import { readAskedCheck } from "./read-asked-check.ts";
import type { ProbeServices } from "./services.ts";

/** What a check may take beside its timeout. */
const BESIDE_MS: DurationMs = SLOT_SLACK_MS + DNS_DEADLINE_MS + LONGEST_CLOSE_MS;

const NO_NEWS = { noteGrant: () => undefined, noteRemeasured: () => undefined };

/**
 * Makes one check that somebody waits for, of a task that no plan has to know, and answers with its
 * record. It keeps the rules of the region's addresses, its pace and its limits as any check does, is
 * neither made again nor held, and leaves no trace but a log line. It is loaded late, and so is given
 * `make`, which the probe has anyway. Never throws.
 */
export async function answerCheck(
  asked: unknown,
  services: ProbeServices,
  make: typeof checkTarget,
): Promise<CheckAnswer> {
  const { region, log, warm } = services;
  warm.isCold = false;
  const line = { function: "probe", region, metrics: {} } as const;
  try {
    const check = readAskedCheck(asked);
    const { result, fault } = await checkOnce(check, services, make);
    log({
      ...line,
      check: check.id,
      outcome: result.outcome,
      ...(fault && { proberFault: fault }),
    });
    return { region, record: toRawMetric(region, check.task, result) };
  } catch (fault) {
    const error = fault instanceof Error ? fault.message : String(fault);
    log({ ...line, idle: error });
    return { region, error };
  }
}

async function checkOnce({ task }: AskedCheck, services: ProbeServices, make: typeof checkTarget) {
  const { clock, stop, openNetwork, pacer, warm } = services;
  const done = new AbortController();
  const tooLong = new AbortController();
  void clock.sleep(task.timeoutMs + BESIDE_MS, done.signal).then(() => tooLong.abort());
  const signal = AbortSignal.any([stop, tooLong.signal]);
  const network = openNetwork();
  signal.addEventListener("abort", () => network.close());
  const faults: unknown[] = [];
  const observer = { ...NO_NEWS, noteProberFault: (fault: unknown) => void faults.push(fault) };
  const limiter = new RateLimiter([...warm.plans.values()][0]?.rates ?? {}, warm.rates);
  const ways = { network, signal, holder: CLOSE_AT_ONCE, admission: pacer, limiter, observer };
  // As a recheck it is neither tried again nor held.
  const input = { task, taskIndex: 0, slotAtMs: Math.floor(clock.now()), isRecheck: true } as const;
  try {
    const result = await make(input, { ...services, ...ways });
    return { result: resultOr(result), fault: faultOf(faults) };
  } finally {
    done.abort();
    network.close();
  }
}

function resultOr(result: ProbeResult | null): ProbeResult {
  if (result === null) throw new Error("The check could not be made in time");
  return result;
}

/** As in the log line of a term. */
function faultOf([fault]: readonly unknown[]): string | null {
  return fault === undefined ? null : faultText(fault);
}
