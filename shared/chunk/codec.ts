import type { ClockReading } from "../clock/clock.ts";
import type { ProbeResult } from "../result/result.ts";
import type { Schedule } from "../slot/slot.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { ByteReader, ByteWriter, ChunkError } from "./bytes.ts";
import { decodeClock, encodeClock } from "./clock-column.ts";
import { COLUMNS, joinColumns, splitColumns } from "./columns.ts";
import { openPayload, sealPayload, versionOf } from "./frame.ts";
import { nearForm, plannedForm, readPlannedForm, type SlotPlan } from "./planned-slots.ts";
import { SampleReader, SampleWriter } from "./samples.ts";

/** What the probe noticed about itself since its last flush. */
export interface ChunkNotes {
  /** The invocation started a new process. */
  readonly coldStart: boolean;
  /** How often this process or its CPU stalled. */
  readonly stallCount: number;
  /** Checks that were measured again because of that. */
  readonly remeasuredCount: number;
  /** The longest that a scheduled start waited for the pacer. */
  readonly pacingDebtMs: DurationMs;
  /** What it knows of its clock in the minute before; absent if it asks no server. */
  readonly clock?: ClockReading;
}

/** The results of one flush in one lease term. */
export interface Chunk {
  /** Content hash of the bundle that the results' task indexes point into. */
  readonly bundle: string;
  readonly termFromMs: EpochMs;
  readonly notes: ChunkNotes;
  readonly results: readonly ProbeResult[];
  /** The bundle's tasks, if who reads the chunk has them too: then it need not hold its slots. */
  readonly plan?: SlotPlan;
}

/** A chunk as it was read: a later version may have written what this one does not know. */
export interface DecodedChunk extends Omit<Chunk, "plan"> {
  /** Results with an outcome or a mark that this version does not know, each counted once. */
  readonly notUnderstoodCount: number;
}

/**
 * A chunk as bytes, its results by task and slot. Durations are rounded to the microsecond and
 * starts to the millisecond; slots and the term's start must be whole milliseconds. The same chunk
 * gives the same bytes. Throws a `ChunkError` on a value that a chunk can't hold.
 *
 * With a plan it is of version 2: it holds by how much its slots differ from those of the plan, and by
 * how many tenths of a millisecond an elapsed time is longer than the connect time.
 */
export function encodeChunk(chunk: Chunk): Uint8Array {
  const { plan, termFromMs, notes } = chunk;
  const results = chunk.results.toSorted(byTaskAndSlot);
  const form = plan === undefined ? nearForm(termFromMs) : plannedForm(plan, results, termFromMs);
  const samples = new SampleWriter(form);
  for (const result of results) samples.write(result);
  const head: [number, Uint8Array][] = [[COLUMNS.header, encodeHeader(chunk)]];
  if (notes.clock !== undefined) head.push([COLUMNS.clock, encodeClock(notes.clock)]);
  if (form.note !== null) head.push([COLUMNS.plan, form.note]);
  return sealPayload(joinColumns([...head, ...samples.columns()]), form.version);
}

/** Whether it takes the tasks of its bundle to read a chunk. */
export function needsBundle(bytes: Uint8Array): boolean {
  return versionOf(bytes, [2]) !== null;
}

/**
 * The chunk in these bytes. Throws a `ChunkError` on bytes that are damaged or no chunk. Header
 * fields, columns and marks of a later version are ignored; a new outcome is read as `internal`,
 * which counts against no target. `tasks` are those of its bundle, if it needs them; null if they
 * are not known.
 */
export function decodeChunk(
  bytes: Uint8Array,
  tasks: readonly Schedule[] | null = null,
): DecodedChunk {
  const columns = splitColumns(openPayload(bytes, [1, 2]));
  const { resultCount, notes, ...head } = decodeHeader(columns.get(COLUMNS.header));
  const form = needsBundle(bytes)
    ? readPlannedForm(columns.get(COLUMNS.plan), { ...head, tasks })
    : nearForm(head.termFromMs);
  const samples = new SampleReader(columns, form);
  // A count that is too large ends with an error where the columns end.
  const results: ProbeResult[] = [];
  for (let i = 0; i < resultCount; i++) results.push(samples.read());
  samples.expectEnd();
  form.verify(results);
  const clock = columns.get(COLUMNS.clock);
  const allNotes = clock === undefined ? notes : { ...notes, clock: decodeClock(clock) };
  return { ...head, notes: allNotes, results, notUnderstoodCount: samples.notUnderstoodCount };
}

function byTaskAndSlot(a: ProbeResult, b: ProbeResult): number {
  return a.taskIndex - b.taskIndex || a.slotAtMs - b.slotAtMs;
}

/** Append only: readers ignore what follows the fields that they know. */
function encodeHeader({ bundle, termFromMs, notes, results }: Chunk): Uint8Array {
  const header = new ByteWriter();
  header.text(bundle);
  header.varint(termFromMs);
  header.varint(results.length);
  header.byte(notes.coldStart ? 1 : 0);
  header.varint(notes.stallCount);
  header.varint(notes.remeasuredCount);
  header.varint(Math.round(notes.pacingDebtMs * 1_000));
  return header.finish();
}

function decodeHeader(column: Uint8Array | undefined) {
  if (column === undefined) throw new ChunkError("Chunk has no header");
  const header = new ByteReader(column);
  const bundle = header.text();
  const termFromMs = header.varint();
  const resultCount = header.varint();
  const notes = {
    coldStart: header.byte() !== 0,
    stallCount: header.varint(),
    remeasuredCount: header.varint(),
    pacingDebtMs: header.varint() / 1_000,
  };
  return { bundle, termFromMs, resultCount, notes };
}
