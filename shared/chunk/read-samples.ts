import type { ProbeResult } from "../result/result.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { AddressReader } from "./addresses.ts";
import { ALL_MARKS, COLUMNS, type ColumnName, MARKS, OUTCOMES } from "./columns.ts";
import { NumberReader } from "./numbers.ts";

const EMPTY = new Uint8Array(0);

type Place = Pick<ProbeResult, "taskIndex" | "slotAtMs" | "address">;

/** Reads what a `SampleWriter` wrote. */
export class SampleReader {
  readonly #taskIndexes: NumberReader;
  readonly #slots: NumberReader;
  readonly #lags: NumberReader;
  readonly #outcomes: NumberReader;
  readonly #marks: NumberReader;
  readonly #connectTimes: NumberReader;
  readonly #elapsed: NumberReader;
  readonly #dnsTimes: NumberReader;
  readonly #retransmits: NumberReader;
  readonly #addresses: AddressReader;
  readonly #termFromMs: EpochMs;
  #before: Place;
  #notUnderstoodCount = 0;

  constructor(columns: ReadonlyMap<number, Uint8Array>, termFromMs: EpochMs) {
    const bytesOf = (name: ColumnName) => columns.get(COLUMNS[name]) ?? EMPTY;
    const readerOf = (name: ColumnName) => new NumberReader(bytesOf(name));
    this.#taskIndexes = readerOf("taskIndex");
    this.#slots = readerOf("slot");
    this.#lags = readerOf("lag");
    this.#outcomes = readerOf("outcome");
    this.#marks = readerOf("marks");
    this.#connectTimes = readerOf("connectTime");
    this.#elapsed = readerOf("elapsed");
    this.#dnsTimes = readerOf("dnsTime");
    this.#retransmits = readerOf("retransmits");
    this.#addresses = new AddressReader({
      refs: bytesOf("addressRef"),
      ipv4: bytesOf("ipv4"),
      text: bytesOf("addressText"),
    });
    this.#termFromMs = termFromMs;
    this.#before = { taskIndex: 0, slotAtMs: termFromMs, address: null };
  }

  /** Samples read so far whose outcome or marks are of a later version. */
  get notUnderstoodCount(): number {
    return this.#notUnderstoodCount;
  }

  read(): ProbeResult {
    const marks = this.#marks.count();
    const taskIndex = this.#before.taskIndex + this.#taskIndexes.count();
    const before = this.#placeBefore(taskIndex);
    const slotAtMs = before.slotAtMs + this.#slots.signed();
    const code = this.#outcomes.count();
    const outcome = OUTCOMES[Math.floor(code / 2)];
    if (outcome === undefined || marks > ALL_MARKS) this.#notUnderstoodCount++;
    const connectTimeUs = marks & MARKS.hasConnectTime ? this.#connectTimes.count() : null;
    const result: ProbeResult = {
      taskIndex,
      slotAtMs,
      startedAtMs: slotAtMs + this.#lags.signed(),
      // A new outcome may mean anything: as our own fault it counts against no target.
      outcome: outcome ?? "internal",
      expect: code % 2 === 1 ? "closed" : "open",
      connectTimeMs: connectTimeUs === null ? null : toMs(connectTimeUs),
      elapsedMs:
        marks & MARKS.hasElapsed ? toMs((connectTimeUs ?? 0) + this.#elapsed.signed()) : null,
      dnsTimeMs: marks & MARKS.hasDnsTime ? toMs(this.#dnsTimes.count()) : null,
      address: marks & MARKS.hasAddressRef ? this.#addresses.read() : before.address,
      timing: marks & MARKS.kernelTiming ? "kernel" : "user",
      synRetransmits: marks & MARKS.hasRetransmits ? this.#retransmits.count() : 0,
      suspect: (marks & MARKS.suspect) !== 0,
    };
    this.#before = result;
    return result;
  }

  expectEnd(): void {
    for (const reader of [
      this.#taskIndexes,
      this.#slots,
      this.#lags,
      this.#outcomes,
      this.#marks,
      this.#connectTimes,
      this.#elapsed,
      this.#dnsTimes,
      this.#retransmits,
      this.#addresses,
    ]) {
      reader.expectEnd();
    }
  }

  #placeBefore(taskIndex: number): Place {
    if (taskIndex === this.#before.taskIndex) return this.#before;
    return { taskIndex, slotAtMs: this.#termFromMs, address: null };
  }
}

function toMs(microseconds: number): DurationMs {
  return microseconds / 1_000;
}
