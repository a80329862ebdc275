import { startsPerSecondFor, TLS_STARTS } from "../plan/plan.ts";
import { LEASE_TERM_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import { type DialogueStep, type Task, usesConnection } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../units.ts";

/** What the checks of a shard do in an average minute beyond a handshake; 0 for plain ones. */
export interface DeeperLoad {
  /** What their results take in chunks beyond those of plain checks. */
  readonly bytes: number;
  /** How much longer the probe runs because TLS starts weigh more than plain ones. */
  readonly pacedSeconds: number;
  /** How much longer it runs for the answers to the last check. */
  readonly answerSeconds: number;
  /** How much longer it runs for the connections that it holds. */
  readonly heldSeconds: number;
}

/** A time, and what was exchanged: measured by encoding chunks of 250 and 1,000 results. */
const SAMPLE_BYTES = 1;

/** A certificate's id and its dates, once in each chunk in which a task has a result (measured so too). */
const CERTIFICATE_BYTES = 25;

/** The most chunks of a term in which one task has results. */
const CHUNKS_A_TERM = 5;

/** A round trip to a target that is far. */
const ROUND_TRIP_SECONDS = 0.1;

/** The longest time for which a run waits for a connection (`unsupported` beyond it). */
const MOST_HOLD_MS: DurationMs = 50 * SECOND_MS;

/** What one of a shard's tasks adds, if one run in `1 / chance` has it. */
interface Wait {
  readonly seconds: number;
  readonly chance: number;
}

/** How a shard runs for plain checks. */
interface Run {
  readonly memoryMb: number;
  readonly runSeconds: number;
  /** Over how much time the planner spreads tasks of a minute and more, and would if all were plain. */
  readonly spreads: { readonly ownMs: DurationMs; readonly plainMs: DurationMs };
}

/** The load of a shard beyond plain checks, if its tasks are divided among so many shards. */
export function deeperLoadOf(
  tasks: readonly Task[],
  shards: number,
  { memoryMb, runSeconds, spreads }: Run,
): DeeperLoad {
  const waitsOf = (secondsOf: (task: Task) => number): Wait[] =>
    tasks.map((task) => ({
      seconds: secondsOf(task),
      chance: Math.min(1, MINUTE_MS / task.scheduleMs) / shards,
    }));
  return {
    bytes: sumOf(tasks, bytesOf) / shards,
    pacedSeconds: pacedSecondsOf(tasks, shards, { memoryMb, spreads }),
    answerSeconds: longestExpected(waitsOf(answerSecondsOf)),
    heldSeconds: longestExpected(waitsOf((task) => endOfHold(task, spreads.plainMs) - runSeconds)),
  };
}

function bytesOf(task: Task): number {
  if (!usesConnection(task)) return 0;
  const samples = MINUTE_MS / task.scheduleMs;
  const chunks = task.tls === undefined ? 0 : Math.min(samples, CHUNKS_A_TERM);
  return samples * SAMPLE_BYTES + chunks * CERTIFICATE_BYTES;
}

/** A shard with a task under a minute runs for all of it anyway. */
function pacedSecondsOf(
  tasks: readonly Task[],
  shards: number,
  { memoryMb, spreads }: Omit<Run, "runSeconds">,
): number {
  if (tasks.some(({ scheduleMs }) => scheduleMs < LEASE_TERM_MS)) return 0;
  if (tasks.every(({ tls }) => tls === undefined)) return 0;
  const starts = sumOf(
    tasks,
    ({ tls, scheduleMs }) => (tls === undefined ? 1 : TLS_STARTS) * (MINUTE_MS / scheduleMs),
  );
  const seconds = starts / shards / startsPerSecondFor(memoryMb);
  return Math.max(0, Math.max(seconds, spreads.ownMs / SECOND_MS) - spreads.plainMs / SECOND_MS);
}

/** One round trip for TLS, and one for each answer that is waited for. */
function answerSecondsOf({ tls, greeting, dialogue }: Task): number {
  const answers = (dialogue?.steps ?? []).filter(isAnswered).length;
  const roundTrips = (tls === undefined ? 0 : 1) + (greeting === undefined ? 0 : 1) + answers;
  return roundTrips * ROUND_TRIP_SECONDS;
}

function isAnswered({ kind }: DialogueStep): boolean {
  return kind === "expect" || kind === "expect_hex" || kind === "starttls";
}

/** When in a run the last connection of a task ends that is held; 0 if none is. */
function endOfHold({ hold, scheduleMs }: Task, spreadMs: DurationMs): number {
  if (hold === undefined || hold.holdMs > MOST_HOLD_MS) return 0;
  const startMs = scheduleMs < LEASE_TERM_MS ? LEASE_TERM_MS - scheduleMs / 2 : spreadMs / 2;
  return (startMs + hold.holdMs) / SECOND_MS;
}

/** The longest of waits that come independently of each other, on average. */
function longestExpected(waits: readonly Wait[]): number {
  const longestFirst = waits
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds);
  let expected = 0;
  let noneLonger = 1;
  for (const { seconds, chance } of longestFirst) {
    expected += noneLonger * chance * seconds;
    noneLonger *= 1 - chance;
  }
  return expected;
}
