import { NO_FIGURES, type ProbeResult, parseDetail, printDetail } from "../result/result.ts";
import type { EpochMs } from "../units.ts";
import { AddressReader, AddressWriter } from "./addresses.ts";
import { ChunkError } from "./bytes.ts";
import { ALL_MARKS, COLUMNS, MARKS, OUTCOMES } from "./columns.ts";
import { FIGURES, FigureReader, FigureWriter, type SampleFigures } from "./figures.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";
import type { SampleForm } from "./planned-slots.ts";
import { TextReader, TextWriter } from "./texts.ts";

/** What a sample is stored relative to: the one before it, if that is of the same task. */
type Predecessor = Pick<ProbeResult, "taskIndex" | "address"> & { slotAtMs: EpochMs | null };

const FIRST: Predecessor = { taskIndex: 0, slotAtMs: null, address: null };

/** A task's first sample has nothing before it. */
function predecessorOf(taskIndex: number, last: Predecessor): Predecessor {
  return taskIndex === last.taskIndex ? last : { ...FIRST, taskIndex };
}

/** Writes results, which must come by task and slot, into columns. */
export class SampleWriter {
  readonly #taskIndexes = new NumberWriter("task index step");
  readonly #slots = new NumberWriter("slot offset in ms");
  readonly #lags = new NumberWriter("lag in ms");
  readonly #outcomes = new NumberWriter("outcome");
  readonly #marks = new NumberWriter("marks");
  readonly #figures: readonly FigureWriter[];
  readonly #addresses = new AddressWriter();
  readonly #errorCodes = new TextWriter("error code reference");
  readonly #details = new TextWriter("detail reference");
  readonly #expectSlot: SampleForm["expectSlot"];
  #last = FIRST;

  constructor({ version, expectSlot }: SampleForm) {
    this.#figures = FIGURES.map((figure) => new FigureWriter(figure, version));
    this.#expectSlot = expectSlot;
  }

  write(result: ProbeResult): void {
    const before = predecessorOf(result.taskIndex, this.#last);
    this.#taskIndexes.count(result.taskIndex - this.#last.taskIndex);
    this.#slots.signed(result.slotAtMs - this.#expectSlot(result.taskIndex, before.slotAtMs));
    this.#lags.signed(Math.round(result.startedAtMs) - result.slotAtMs);
    this.#outcomes.count(outcomeCode(result));
    this.#marks.count(this.#writeMarked(result, before));
    this.#last = result;
  }

  columns(): [number, Uint8Array][] {
    const addresses = this.#addresses.columns();
    const errorCodes = this.#errorCodes.columns();
    const details = this.#details.columns();
    return [
      [COLUMNS.taskIndex, this.#taskIndexes.finish()],
      [COLUMNS.slot, this.#slots.finish()],
      [COLUMNS.lag, this.#lags.finish()],
      [COLUMNS.outcome, this.#outcomes.finish()],
      [COLUMNS.marks, this.#marks.finish()],
      ...this.#figures.map((figure): [number, Uint8Array] => [figure.column, figure.finish()]),
      [COLUMNS.addressRef, addresses.refs],
      [COLUMNS.ipv4, addresses.ipv4],
      [COLUMNS.addressText, addresses.text],
      [COLUMNS.errorCodeRef, errorCodes.refs],
      [COLUMNS.errorCodeText, errorCodes.text],
      [COLUMNS.detailRef, details.refs],
      [COLUMNS.detailText, details.text],
    ];
  }

  /** Writes what only some samples have, and returns the marks that say so. */
  #writeMarked(result: ProbeResult, before: Predecessor): number {
    let marks = result.timing === "kernel" ? MARKS.kernelTiming : 0;
    if (result.suspect) marks += MARKS.suspect;
    if (result.icmpError) marks += MARKS.icmpError;
    if (result.closedByPeer) marks += MARKS.closedByPeer;
    if (result.recheck) marks += MARKS.recheck;
    for (const figure of this.#figures) marks += figure.write(result);
    if (result.errorCode !== null) {
      this.#errorCodes.write(result.errorCode);
      marks += MARKS.hasErrorCode;
    }
    if (result.detail !== null) {
      this.#details.write(printDetail(result.detail));
      marks += MARKS.hasDetail;
    }
    if (result.address === before.address) return marks;
    this.#addresses.write(result.address);
    return marks + MARKS.hasAddressRef;
  }
}

function outcomeCode({ outcome, expect }: ProbeResult): number {
  return 2 * OUTCOMES.indexOf(outcome) + (expect === "closed" ? 1 : 0);
}

const EMPTY = new Uint8Array(0);

/** Reads what a `SampleWriter` wrote. */
export class SampleReader {
  readonly #taskIndexes: NumberReader;
  readonly #slots: NumberReader;
  readonly #lags: NumberReader;
  readonly #outcomes: NumberReader;
  readonly #marks: NumberReader;
  readonly #figures: readonly FigureReader[];
  readonly #addresses: AddressReader;
  readonly #errorCodes: TextReader;
  readonly #details: TextReader;
  readonly #expectSlot: SampleForm["expectSlot"];
  #last = FIRST;
  #notUnderstoodCount = 0;

  constructor(columns: ReadonlyMap<number, Uint8Array>, { version, expectSlot }: SampleForm) {
    const bytesOf = (column: number) => columns.get(column) ?? EMPTY;
    this.#taskIndexes = new NumberReader(bytesOf(COLUMNS.taskIndex));
    this.#slots = new NumberReader(bytesOf(COLUMNS.slot));
    this.#lags = new NumberReader(bytesOf(COLUMNS.lag));
    this.#outcomes = new NumberReader(bytesOf(COLUMNS.outcome));
    this.#marks = new NumberReader(bytesOf(COLUMNS.marks));
    this.#figures = FIGURES.map(
      (figure) => new FigureReader(figure, bytesOf(figure.column), version),
    );
    this.#addresses = new AddressReader({
      refs: bytesOf(COLUMNS.addressRef),
      ipv4: bytesOf(COLUMNS.ipv4),
      text: bytesOf(COLUMNS.addressText),
    });
    this.#errorCodes = new TextReader({
      refs: bytesOf(COLUMNS.errorCodeRef),
      text: bytesOf(COLUMNS.errorCodeText),
    });
    this.#details = new TextReader({
      refs: bytesOf(COLUMNS.detailRef),
      text: bytesOf(COLUMNS.detailText),
    });
    this.#expectSlot = expectSlot;
  }

  /** Samples read so far whose outcome or marks are of a later version. */
  get notUnderstoodCount(): number {
    return this.#notUnderstoodCount;
  }

  read(): ProbeResult {
    const marks = this.#marks.count();
    const taskIndex = this.#last.taskIndex + this.#taskIndexes.count();
    const before = predecessorOf(taskIndex, this.#last);
    const expectedMs = this.#expectSlot(taskIndex, before.slotAtMs);
    const slotAtMs = dated(expectedMs + this.#slots.signed());
    const code = this.#outcomes.count();
    const outcome = OUTCOMES[Math.floor(code / 2)];
    if (outcome === undefined || marks > ALL_MARKS) this.#notUnderstoodCount++;
    const result: Omit<ProbeResult, keyof SampleFigures> & SampleFigures = {
      ...NO_FIGURES,
      taskIndex,
      slotAtMs,
      startedAtMs: dated(slotAtMs + this.#lags.signed()),
      // A new outcome may mean anything: as an internal error it counts against no target.
      outcome: outcome ?? "internal",
      expect: code % 2 === 1 ? "closed" : "open",
      address: marks & MARKS.hasAddressRef ? this.#addresses.read() : before.address,
      timing: marks & MARKS.kernelTiming ? "kernel" : "user",
      suspect: (marks & MARKS.suspect) !== 0,
      icmpError: (marks & MARKS.icmpError) !== 0,
      closedByPeer: (marks & MARKS.closedByPeer) !== 0,
      recheck: (marks & MARKS.recheck) !== 0,
      errorCode: marks & MARKS.hasErrorCode ? this.#errorCodes.read() : null,
      detail: marks & MARKS.hasDetail ? parseDetail(this.#details.read()) : null,
    };
    for (const figure of this.#figures) if (marks & figure.mark) figure.read(result);
    this.#last = result;
    return result;
  }

  expectEnd(): void {
    for (const reader of [
      this.#taskIndexes,
      this.#slots,
      this.#lags,
      this.#outcomes,
      this.#marks,
      ...this.#figures,
      this.#addresses,
      this.#errorCodes,
      this.#details,
    ]) {
      reader.expectEnd();
    }
  }
}

/** The last instant that a date can have, in milliseconds. */
const LAST_DATE_MS = 8_640_000_000_000_000;

/** Damaged bytes may be a number that is no instant: every reader of a result dates it. */
function dated(ms: EpochMs): EpochMs {
  if (!(Math.abs(ms) <= LAST_DATE_MS)) throw new ChunkError("Chunk has an instant without a date");
  return ms;
}
