import { NO_FIGURES, type ResultFigures } from "../result/result.ts";
import type { FrameVersion } from "./frame.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";

type FigureField = keyof ResultFigures;

/** How one figure of a result is stored. Only a result that has it takes bytes for it. */
interface FigureFacts {
  /** The number of its column on the wire. */
  readonly column: number;
  /** The bit of a sample's marks that says that the sample has it. */
  readonly mark: number;
  /** The name of its numbers in errors. */
  readonly holds: string;
  /** What its whole numbers count: microseconds of a time in milliseconds, or what the field counts. */
  readonly unit: "µs" | "count";
  /** An earlier figure of the same unit: stored is the difference to it, or to 0 if it is absent. */
  readonly from?: FigureField;
  /** From version 2 on, a difference is stored in steps of so many µs, towards zero. */
  readonly stepUs?: number;
}

/**
 * The figures that a result may have beside its slot, start and outcome; append only. A new one takes
 * the next free column and the next free bit: a reader that does not know them ignores both.
 */
const FACTS: Readonly<Record<FigureField, FigureFacts>> = {
  connectTimeMs: { column: 7, mark: 4, holds: "connect time in µs", unit: "µs" },
  // Two clocks over one interval differ by little.
  elapsedMs: {
    ...{ column: 8, mark: 8, holds: "elapsed time in µs", unit: "µs" },
    from: "connectTimeMs",
    // By how much this process saw the answer later is noise of its event loop.
    stepUs: 100,
  },
  dnsTimeMs: { column: 9, mark: 16, holds: "DNS time in µs", unit: "µs" },
  synRetransmits: { column: 10, mark: 32, holds: "retransmits", unit: "count" },
  tlsTimeMs: { column: 18, mark: 4_096, holds: "TLS time in µs", unit: "µs" },
  dialogueTimeMs: { column: 19, mark: 8_192, holds: "dialogue time in µs", unit: "µs" },
  heldMs: { column: 20, mark: 16_384, holds: "held time in µs", unit: "µs" },
  retryCount: { column: 21, mark: 32_768, holds: "retries", unit: "count" },
  reconnectCount: { column: 22, mark: 65_536, holds: "reconnects", unit: "count" },
  sentBytes: { column: 23, mark: 131_072, holds: "bytes sent", unit: "count" },
  receivedBytes: { column: 24, mark: 262_144, holds: "bytes received", unit: "count" },
  sentMessages: { column: 25, mark: 524_288, holds: "messages sent", unit: "count" },
  receivedMessages: { column: 26, mark: 1_048_576, holds: "messages received", unit: "count" },
};

/** A figure and how it is stored. */
export interface StoredFigure extends FigureFacts {
  readonly field: FigureField;
}

/** The stored figures in the order in which a sample's are written. */
export const FIGURES: readonly StoredFigure[] = Object.entries(FACTS).map(([field, facts]) => ({
  field: field as FigureField,
  ...facts,
}));

/** The figures of a sample, which a reader fills in. */
export type SampleFigures = { -readonly [F in FigureField]: ResultFigures[F] };

/** Writes one figure of samples into its column. Its line of the table is taken apart once, not for each sample. */
export class FigureWriter {
  readonly column: number;
  readonly #field: FigureField;
  readonly #from: FigureField | undefined;
  readonly #mark: number;
  readonly #isTime: boolean;
  readonly #absent: number | null;
  readonly #stepUs: number;
  readonly #numbers: NumberWriter;

  constructor(figure: StoredFigure, version: FrameVersion) {
    this.column = figure.column;
    this.#field = figure.field;
    this.#from = figure.from;
    this.#mark = figure.mark;
    this.#isTime = figure.unit === "µs";
    this.#absent = NO_FIGURES[figure.field];
    this.#stepUs = stepOf(figure, version);
    this.#numbers = new NumberWriter(figure.holds);
  }

  /** Writes the figure if the result has it, and returns the mark that says so, else 0. */
  write(result: ResultFigures): number {
    const value = result[this.#field];
    if (value === null || value === this.#absent) return 0;
    const whole = this.#isTime ? toMicroseconds(value) : value;
    if (this.#from === undefined) this.#numbers.count(whole);
    else this.#numbers.signed(this.#stepsOf(whole - toMicroseconds(result[this.#from] ?? 0)));
    return this.#mark;
  }

  finish(): Uint8Array {
    return this.#numbers.finish();
  }

  /** Towards zero, so that what is read is no less than nothing. */
  #stepsOf(difference: number): number {
    return Math.trunc(difference / this.#stepUs);
  }
}

function stepOf({ stepUs }: StoredFigure, version: FrameVersion): number {
  return version === 1 ? 1 : (stepUs ?? 1);
}

/** Reads what a `FigureWriter` wrote. */
export class FigureReader {
  readonly mark: number;
  readonly #field: FigureField;
  readonly #from: FigureField | undefined;
  readonly #isTime: boolean;
  readonly #stepUs: number;
  readonly #numbers: NumberReader;

  constructor(figure: StoredFigure, column: Uint8Array, version: FrameVersion) {
    this.mark = figure.mark;
    this.#field = figure.field;
    this.#from = figure.from;
    this.#isTime = figure.unit === "µs";
    this.#stepUs = stepOf(figure, version);
    this.#numbers = new NumberReader(column);
  }

  /** Reads the figure of the next sample that has it. */
  read(sample: SampleFigures): void {
    const whole =
      this.#from === undefined
        ? this.#numbers.count()
        : toMicroseconds(sample[this.#from] ?? 0) + this.#numbers.signed() * this.#stepUs;
    sample[this.#field] = this.#isTime ? whole / 1_000 : whole;
  }

  expectEnd(): void {
    this.#numbers.expectEnd();
  }
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000);
}
