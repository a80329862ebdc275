import { decodeChunk, encodeChunk } from "../shared/chunk/chunk.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../shared/result/result.ts";
import { slotsOfTerm } from "../shared/slot/slot.ts";
import { publish, type Row, type Spread, spreadOf } from "./report.ts";

// What a sample takes as stored, and what packing and unpacking it costs.
// `npx node bench/codec.ts [--json]`

const REPEATS_PER_RUN = 20;
const RUN_COUNT = 7;
const COVER_FROM_MS = Date.UTC(2026, 0, 1, 12, 0, 17);

interface Scene {
  readonly name: string;
  readonly taskCount: number;
  /** How often each is checked; once if it is absent. */
  readonly rounds?: number;
  readonly make: (taskIndex: number, slotAtMs: number) => ProbeResult;
}

const SCENES: readonly Scene[] = [
  { name: "1,000 tasks once, from the DNS cache", taskCount: 1_000, make: open },
  { name: "1,000 tasks once, looked up", taskCount: 1_000, make: lookedUp },
  { name: "1,000 tasks once, literal IPv6", taskCount: 1_000, make: openIpv6 },
  { name: "1,000 tasks once, far apart", taskCount: 1_000, make: farApart },
  { name: "5,000 tasks once, from the DNS cache", taskCount: 5_000, make: open },
  { name: "250 tasks 4 times", taskCount: 250, rounds: 4, make: open },
  { name: "20 tasks 50 times", taskCount: 20, rounds: 50, make: open },
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

/** No two addresses have anything in common. */
function farApart(taskIndex: number, slotAtMs: number): ProbeResult {
  const octet = () => Math.floor(jitter(1, 255));
  return { ...open(taskIndex, slotAtMs), address: [octet(), octet(), octet(), octet()].join(".") };
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

/** A quarter of a minute of some tasks, by their plan. */
function chunkOf({ taskCount, rounds = 1, make }: Scene, run: number) {
  const tasks = Array.from({ length: taskCount }, (_, i) => ({
    name: `service-${run}-${i}`,
    scheduleMs: 15_000 / rounds,
  }));
  const plan = { tasks, timetable: { staggerPermille: 0 } };
  const quarter = { fromMs: COVER_FROM_MS, toMs: COVER_FROM_MS + 15_000 };
  const results = tasks.flatMap((task, i) =>
    slotsOfTerm(task, plan.timetable, quarter).map((slotAtMs) => make(i, slotAtMs)),
  );
  const notes = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };
  const near = { bundle: "0123456789abcdef", termFromMs: COVER_FROM_MS, notes, results };
  return { near, planned: { ...near, plan } };
}

function nanosecondsEach(count: number, work: () => void): number {
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < REPEATS_PER_RUN; i++) work();
  return Number(process.hrtime.bigint() - startedAt) / REPEATS_PER_RUN / count;
}

function measure(scene: Scene): Row {
  const own: number[] = [];
  const bytes: number[] = [];
  const encode: number[] = [];
  const decode: number[] = [];
  // The first run warms up.
  for (let run = 0; run <= RUN_COUNT; run++) {
    const { near, planned } = chunkOf(scene, run);
    const count = near.results.length;
    const { tasks } = planned.plan;
    const encoded = encodeChunk(planned);
    const encodeNs = nanosecondsEach(count, () => encodeChunk(planned));
    const decodeNs = nanosecondsEach(count, () => decodeChunk(encoded, tasks));
    if (run === 0) continue;
    own.push(encodeChunk(near).length / count);
    bytes.push(encoded.length / count);
    encode.push(encodeNs);
    decode.push(decodeNs);
  }
  return {
    samples: scene.name,
    "bytes with its slot": show(spreadOf(own), 2),
    "bytes by the plan": show(spreadOf(bytes), 2),
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
