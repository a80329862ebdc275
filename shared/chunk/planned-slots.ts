import type { ProbeResult } from "../result/result.ts";
import { expectedSlot, type Schedule, type Timetable, timetableOf } from "../slot/slot.ts";
import type { EpochMs } from "../units.ts";
import { ChunkError } from "./bytes.ts";
import type { FrameVersion } from "./frame.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";

/** When the tasks of a bundle are scheduled: what a chunk's slots follow from, so that it need not have them. */
export interface SlotPlan {
  /** By their indexes. */
  readonly tasks: readonly Schedule[];
  readonly timetable: Timetable;
}

/** How the samples of a chunk are stored. */
export interface SampleForm {
  readonly version: FrameVersion;
  /** A slot is stored as its difference to this: by the task's slot before it in the chunk, if there is one. */
  readonly expectSlot: (taskIndex: number, beforeMs: EpochMs | null) => EpochMs;
}

type Slots = readonly Pick<ProbeResult, "slotAtMs">[];

/** Without a plan a slot is stored by the one before it, or by where the term begins. */
export function nearForm(termFromMs: EpochMs) {
  const expectSlot: SampleForm["expectSlot"] = (_, beforeMs) => beforeMs ?? termFromMs;
  return { version: 1, expectSlot, note: null, verify: () => undefined } as const;
}

/** With a plan, and its column. */
export function plannedForm(plan: SlotPlan, results: Slots, termFromMs: EpochMs) {
  const fromMs = usualStart(results, termFromMs);
  const { timetable } = plan;
  const note = encodeNote({ timetable, fromMs, sum: sumOfSlots(results, termFromMs) });
  return { version: 2, expectSlot: expectPlanned(plan, { termFromMs, fromMs }), note } as const;
}

/** The same as it is read, with the tasks of its bundle; throws a `ChunkError` if they are not known. */
export function readPlannedForm(
  note: Uint8Array | undefined,
  chunk: {
    readonly bundle: string;
    readonly termFromMs: EpochMs;
    readonly tasks: readonly Schedule[] | null;
  },
) {
  const { bundle, termFromMs, tasks } = chunk;
  if (tasks === null) throw new ChunkError(`Chunk needs its bundle ${bundle}, which can't be read`);
  const { timetable, fromMs, sum } = decodeNote(note);
  return {
    version: 2,
    expectSlot: expectPlanned({ tasks, timetable }, { termFromMs, fromMs }),
    verify: (results: Slots) => {
      if (sumOfSlots(results, termFromMs) === sum) return;
      throw new ChunkError(`Chunk's slots are not those of its bundle ${bundle}`);
    },
  } as const;
}

/** A task that the plan does not have is expected as without one. */
function expectPlanned(
  { tasks, timetable }: SlotPlan,
  from: { readonly termFromMs: EpochMs; readonly fromMs: EpochMs },
): SampleForm["expectSlot"] {
  return (taskIndex, beforeMs) => {
    const task = tasks[taskIndex];
    if (task === undefined) return beforeMs ?? from.termFromMs;
    return beforeMs === null ? expectedSlot(task, timetable, from) : beforeMs + task.scheduleMs;
  };
}

/** From a little after the earliest slot on: one that came late is not the measure of the others. */
function usualStart(results: Slots, termFromMs: EpochMs): EpochMs {
  const sorted = results.map(({ slotAtMs }) => slotAtMs).sort((a, b) => a - b);
  return Math.max(0, sorted[Math.floor(sorted.length / 100)] ?? termFromMs);
}

/** A checksum of 32 bits, so that a reader that expects other slots than the writer refuses the chunk. */
function sumOfSlots(results: Slots, termFromMs: EpochMs): number {
  let sum = 0;
  for (const { slotAtMs } of results) sum = (Math.imul(sum, 31) + (slotAtMs - termFromMs)) >>> 0;
  return sum;
}

/** What a chunk says of its plan, beside the hash of the bundle. */
interface PlanNote {
  readonly timetable: Timetable;
  readonly fromMs: EpochMs;
  readonly sum: number;
}

function encodeNote({ timetable, fromMs, sum }: PlanNote): Uint8Array {
  const { staggerPermille, spreadMs, burstMs } = timetable;
  const column = new NumberWriter("part of a timetable");
  for (const part of [staggerPermille, orNone(spreadMs), orNone(burstMs), fromMs, sum])
    column.count(part);
  return column.finish();
}

function decodeNote(note: Uint8Array | undefined): PlanNote {
  if (note === undefined) throw new ChunkError("Chunk has no timetable");
  const numbers = new NumberReader(note);
  const [staggerPermille, spread, burst] = [numbers.count(), numbers.count(), numbers.count()];
  const timetable = timetableOf({
    staggerPermille,
    ...(spread > 0 && { spreadMs: spread - 1 }),
    ...(burst > 0 && { burstMs: burst - 1 }),
  });
  return { timetable, fromMs: numbers.count(), sum: numbers.count() };
}

function orNone(ms: number | undefined): number {
  return ms === undefined ? 0 : ms + 1;
}
