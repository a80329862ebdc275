import { type Chunk, decodeChunk, encodeChunk } from "../shared/chunk/chunk.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../shared/result/result.ts";
import { publish, type Row, type Spread, spreadOf } from "./report.ts";

// What a sample takes as stored, and what packing and unpacking it costs.
// `npx node bench/codec.ts [--json]`

const SAMPLE_COUNT = 1_000;
const REPEATS_PER_RUN = 40;
const RUN_COUNT = 7;
const COVER_FROM_MS = Date.UTC(2026, 0, 1, 12, 0, 17);

interface Scene {
  readonly name: string;
  readonly taskCount: number;
  readonly make: (taskIndex: number, slotAtMs: number) => ProbeResult;
}

const SCENES: readonly Scene[] = [
  { name: "1,000 tasks once, from the DNS cache", taskCount: 1_000, make: open },
  { name: "1,000 tasks once, looked up", taskCount: 1_000, make: lookedUp },
  { name: "1,000 tasks once, literal IPv6", taskCount: 1_000, make: openIpv6 },
  { name: "250 tasks 4 times", taskCount: 250, make: open },
  { name: "20 tasks 50 times", taskCount: 20, make: open },
  { name: "1,000 tasks once, all time out", taskCount: 1_000, make: timedOut },
];

function jitter(from: number, to: number): number {
  return from + Math.random() * (to - from);
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** A port some way off: the distance is the task's, the jitter the check's. */
function open(taskIndex: number, slotAtMs: number): ProbeResult {
  const connectTimeMs = toMicroseconds(1 + ((taskIndex * 7_919) % 120) + jitter(0, 3));
  return {
    taskIndex,
    slotAtMs,
    startedAtMs: slotAtMs + Math.floor(jitter(0, 6)),
    outcome: "open",
    expect: "open",
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs,
    elapsedMs: toMicroseconds(connectTimeMs + jitter(0.1, 1)),
    address: [198, 18 + (taskIndex % 2), taskIndex % 251, (taskIndex * 97) % 256].join("."),
    timing: "kernel",
    suspect: false,
  };
}

function lookedUp(taskIndex: number, slotAtMs: number): ProbeResult {
  return { ...open(taskIndex, slotAtMs), dnsTimeMs: toMicroseconds(jitter(0.5, 20)) };
}

function openIpv6(taskIndex: number, slotAtMs: number): ProbeResult {
  const groups = [0x2001, 0xdb8, taskIndex % 16, (taskIndex * 40_503) % 65_536, 0, 0, 0, 1];
  const address = groups.map((group) => group.toString(16)).join(":");
  return { ...open(taskIndex, slotAtMs), address: address.replace(":0:0:0:", "::") };
}

function timedOut(taskIndex: number, slotAtMs: number): ProbeResult {
  const result = open(taskIndex, slotAtMs);
  return { ...result, outcome: "timeout", connectTimeMs: null, elapsedMs: null, timing: "user" };
}

function chunkOf({ taskCount, make }: Scene): Chunk {
  const rounds = SAMPLE_COUNT / taskCount;
  const everyMs = 15_000 / rounds;
  const results = Array.from({ length: taskCount }, (_, task) => {
    const phaseMs = Math.floor(jitter(0, everyMs));
    return Array.from({ length: rounds }, (_, round) =>
      make(task, COVER_FROM_MS + phaseMs + round * everyMs),
    );
  });
  const notes = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };
  return { bundle: "0123456789abcdef", termFromMs: COVER_FROM_MS, notes, results: results.flat() };
}

function nanosecondsEach(work: () => void): number {
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < REPEATS_PER_RUN; i++) work();
  return Number(process.hrtime.bigint() - startedAt) / REPEATS_PER_RUN / SAMPLE_COUNT;
}

function measure(scene: Scene): Row {
  const bytes: number[] = [];
  const encode: number[] = [];
  const decode: number[] = [];
  // The first run warms up.
  for (let run = 0; run <= RUN_COUNT; run++) {
    const chunk = chunkOf(scene);
    const encoded = encodeChunk(chunk);
    const encodeNs = nanosecondsEach(() => encodeChunk(chunk));
    const decodeNs = nanosecondsEach(() => decodeChunk(encoded));
    if (run === 0) continue;
    bytes.push(encoded.length / SAMPLE_COUNT);
    encode.push(encodeNs);
    decode.push(decodeNs);
  }
  return {
    "1,000 samples": scene.name,
    "bytes a sample": show(spreadOf(bytes), 2),
    "encode, ns": show(spreadOf(encode), 0),
    "decode, ns": show(spreadOf(decode), 0),
  };
}

function show({ median, min, max }: Spread, digits: number): string {
  const [middle, least, most] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${least} to ${most})`;
}

publish(
  "codec",
  `What a sample takes: median (least to most) of ${RUN_COUNT} runs`,
  SCENES.map(measure),
);
