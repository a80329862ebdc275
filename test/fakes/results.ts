import type { Chunk, ChunkNotes } from "../../shared/chunk/chunk.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../shared/result/result.ts";
import type { Task } from "../../shared/task/task.ts";

export const QUIET_NOTES: ChunkNotes = {
  coldStart: false,
  stallCount: 0,
  remeasuredCount: 0,
  pacingDebtMs: 0,
};

/** A check that found its port open, unless told otherwise. */
export function aResult(different: Partial<ProbeResult> = {}): ProbeResult {
  const slotAtMs = different.slotAtMs ?? Date.UTC(2026, 0, 1);
  return {
    taskIndex: 0,
    slotAtMs,
    startedAtMs: slotAtMs + 2,
    outcome: "open",
    expect: "open",
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs: 12.345,
    elapsedMs: 12.6,
    dnsTimeMs: 1.5,
    address: "192.0.2.1",
    timing: "kernel",
    suspect: false,
    ...different,
  };
}

/** A check that was refused, unless told otherwise. */
export function aFailure(different: Partial<ProbeResult> = {}): ProbeResult {
  return aResult({ outcome: "refused", connectTimeMs: null, elapsedMs: null, ...different });
}

export function aChunk(different: Partial<Chunk> = {}): Chunk {
  const termFromMs = different.termFromMs ?? Date.UTC(2026, 0, 1);
  return {
    bundle: "0123456789abcdef",
    termFromMs,
    notes: QUIET_NOTES,
    results: [aResult({ slotAtMs: termFromMs })],
    ...different,
  };
}

export function aTask(name: string, different: Partial<Task> = {}): Task {
  return {
    name,
    target: { hostname: "192.0.2.1", port: 22 },
    host: "192.0.2.1:22",
    scheduleMs: 15_000,
    timeoutMs: 5_000,
    targetId: null,
    enabled: true,
    regions: "all",
    expect: "open",
    addressFamily: "any",
    alert: {},
    tags: {},
    ...different,
  };
}
