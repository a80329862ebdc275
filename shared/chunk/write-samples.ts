import type { ProbeResult } from "../result/result.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { AddressWriter } from "./addresses.ts";
import { type ColumnName, MARKS, OUTCOMES } from "./columns.ts";
import { NumberWriter } from "./numbers.ts";

type Place = Pick<ProbeResult, "taskIndex" | "slotAtMs" | "address">;

/** Writes results, which must come by task and slot, into columns. */
export class SampleWriter {
  readonly #taskIndexes = new NumberWriter("task index step");
  readonly #slots = new NumberWriter("slot offset in ms");
  readonly #lags = new NumberWriter("lag in ms");
  readonly #outcomes = new NumberWriter("outcome");
  readonly #marks = new NumberWriter("marks");
  readonly #connectTimes = new NumberWriter("connect time in µs");
  readonly #elapsed = new NumberWriter("elapsed time in µs");
  readonly #dnsTimes = new NumberWriter("DNS time in µs");
  readonly #retransmits = new NumberWriter("retransmits");
  readonly #addresses = new AddressWriter();
  readonly #termFromMs: EpochMs;
  #before: Place;

  constructor(termFromMs: EpochMs) {
    this.#termFromMs = termFromMs;
    this.#before = { taskIndex: 0, slotAtMs: termFromMs, address: null };
  }

  write(result: ProbeResult): void {
    const before = this.#placeBefore(result);
    this.#taskIndexes.count(result.taskIndex - this.#before.taskIndex);
    this.#slots.signed(result.slotAtMs - before.slotAtMs);
    this.#lags.signed(Math.round(result.startedAtMs) - result.slotAtMs);
    this.#outcomes.count(outcomeCode(result));
    this.#writeTimes(result);
    if (result.synRetransmits !== 0) this.#retransmits.count(result.synRetransmits);
    const moved = result.address !== before.address;
    if (moved) this.#addresses.write(result.address);
    this.#marks.count(marksOf(result) + (moved ? MARKS.hasAddressRef : 0));
    this.#before = result;
  }

  columns(): [ColumnName, Uint8Array][] {
    const addresses = this.#addresses.columns();
    return [
      ["taskIndex", this.#taskIndexes.finish()],
      ["slot", this.#slots.finish()],
      ["lag", this.#lags.finish()],
      ["outcome", this.#outcomes.finish()],
      ["marks", this.#marks.finish()],
      ["connectTime", this.#connectTimes.finish()],
      ["elapsed", this.#elapsed.finish()],
      ["dnsTime", this.#dnsTimes.finish()],
      ["retransmits", this.#retransmits.finish()],
      ["addressRef", addresses.refs],
      ["ipv4", addresses.ipv4],
      ["addressText", addresses.text],
    ];
  }

  /** A task's first sample is measured from the cover's start and has no address before it. */
  #placeBefore({ taskIndex }: ProbeResult): Place {
    if (taskIndex === this.#before.taskIndex) return this.#before;
    return { taskIndex, slotAtMs: this.#termFromMs, address: null };
  }

  #writeTimes({ connectTimeMs, elapsedMs, dnsTimeMs }: ProbeResult): void {
    const connectTimeUs = connectTimeMs === null ? 0 : toMicroseconds(connectTimeMs);
    if (connectTimeMs !== null) this.#connectTimes.count(connectTimeUs);
    // Two clocks over one span differ by little.
    if (elapsedMs !== null) this.#elapsed.signed(toMicroseconds(elapsedMs) - connectTimeUs);
    if (dnsTimeMs !== null) this.#dnsTimes.count(toMicroseconds(dnsTimeMs));
  }
}

function toMicroseconds(ms: DurationMs): number {
  return Math.round(ms * 1_000);
}

function outcomeCode({ outcome, expect }: ProbeResult): number {
  return 2 * OUTCOMES.indexOf(outcome) + (expect === "closed" ? 1 : 0);
}

function marksOf(result: ProbeResult): number {
  return (
    (result.timing === "kernel" ? MARKS.kernelTiming : 0) +
    (result.suspect ? MARKS.suspect : 0) +
    (result.connectTimeMs === null ? 0 : MARKS.hasConnectTime) +
    (result.elapsedMs === null ? 0 : MARKS.hasElapsed) +
    (result.dnsTimeMs === null ? 0 : MARKS.hasDnsTime) +
    (result.synRetransmits === 0 ? 0 : MARKS.hasRetransmits)
  );
}
