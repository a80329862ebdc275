import type { FleetSources } from "../../functions/history/history.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { OtlpMetrics } from "../../web/metrics/metrics.ts";
import { OtlpSender, type SenderServices } from "./otlp-sender.ts";
import type { OtlpTarget } from "./otlp-target.ts";

/** By then a minute is judged. */
const OFFSET_MS: DurationMs = 30 * SECOND_MS;

/** Sends the figures once a minute, until the signal ends it. */
export async function sendEachMinute(
  sources: FleetSources,
  target: OtlpTarget,
  services: SenderServices,
): Promise<void> {
  const { now, sleep, tell, signal } = services;
  const metrics = new OtlpMetrics(sources, now());
  const sender = new OtlpSender(target, services);
  let isReadable = true;
  while (!signal.aborted) {
    await sleep(untilNext(now()));
    if (signal.aborted) return;
    try {
      await sender.send(await metrics.read(now()));
      isReadable = true;
    } catch (error) {
      if (isReadable) tell(`The figures for OTLP can't be read: ${String(error)}`);
      isReadable = false;
    }
  }
}

function untilNext(nowMs: EpochMs): DurationMs {
  const sinceMs = (nowMs - OFFSET_MS) % MINUTE_MS;
  return MINUTE_MS - sinceMs;
}
