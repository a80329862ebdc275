import { setTimeout as delay } from "node:timers/promises";
import { readAlerts, readOverview } from "../../functions/history/history.ts";
import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS, SECOND_MS } from "../../shared/units.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { explainError, UsageError } from "../command/errors.ts";
import { durationOption, flagOption } from "../command/read-option.ts";
import type { Screen } from "../command/screen.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { FILTER_OPTIONS, taskFilter } from "../show/overview-filter.ts";
import { unknownNames } from "../show/print-overview.ts";
import { type Sight, sightLines } from "../watch/draw-sight.ts";
import { changeLine, changeRecord, stateChanges } from "../watch/state-changes.ts";
import { watchFleet } from "../watch/watch-fleet.ts";

const DEFAULT_INTERVAL_MS = 10 * SECOND_MS;
const LONGEST_INTERVAL_MS = HOUR_MS;

/** Events that are read for a terminal, of the last day. */
const EVENT_COUNT = 50;

/** `synfleet watch`: how tasks stand, until somebody ends it. */
export const watch: Command = {
  argCount: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    ...FILTER_OPTIONS,
    interval: {
      type: "string",
      value: "10s",
      about: "The time from one look to the next: 2s, 1m (default 10s, at most 1h).",
    },
    json: { type: "boolean", about: "Print JSON lines, one object a change." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "On a terminal it is status, drawn again in place, with the newest events below it. Elsewhere, and with --json, it is a line for each task that is not OK, and then one for each change: previous_state is null for a task that was not there before, state is null for one that is gone.",
    "A look that fails is said on standard error and tried again. Each one reads what status reads, once.",
    "Exit codes: 0 it was ended (Ctrl-C, SIGTERM); 1 there is no such task; 3 the first look failed.",
  ],
  run: async (call) => {
    const intervalMs = durationOption(call, "interval") ?? DEFAULT_INTERVAL_MS;
    if (intervalMs > LONGEST_INTERVAL_MS) throw new UsageError("--interval must be at most 1h.");
    return follow(call, intervalMs);
  },
};

async function follow(call: Call, intervalMs: DurationMs): Promise<ExitCode> {
  const { io } = call;
  const screen = flagOption(call, "json") ? null : io.screen;
  const show = screen === null ? sayChanges(call) : drawOn(call, screen, intervalMs);
  const ending = new AbortController();
  const { signal } = ending;
  let unknown: readonly string[] | null = null;
  try {
    await watchFleet<Sight>({
      read: (nowMs) => readSight(call, nowMs, screen !== null),
      show: (sight, nowMs) => {
        unknown ??= unknownNames(call, sight.overview);
        if (unknown.length === 0) show(sight, nowMs);
        if (unknown.length > 0 || !io.isHeard()) ending.abort();
      },
      failed: (error) => io.error(`synfleet: ${explainError(error)}`),
      ...{ intervalMs, now: io.now },
      sleep: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
      stopped: Promise.race([io.untilStopped(), isAborted(signal)]),
    });
  } finally {
    ending.abort();
    screen?.close();
  }
  const sentences: readonly string[] = unknown ?? [];
  for (const sentence of sentences) io.error(sentence);
  return sentences.length > 0 ? EXIT.no : EXIT.fine;
}

function isAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

/** Opened for each look, so that a local fleet that was started again is found. */
async function readSight(call: Call, nowMs: EpochMs, withEvents: boolean): Promise<Sight> {
  return withFleet(call, async (open) => {
    const history = openHistory(open);
    const overview = await readOverview(history, nowMs);
    const tasks = overview.tasks.filter(taskFilter(call, overview));
    const events = withEvents ? await readEvents(call, history, nowMs) : [];
    return { overview, tasks, events };
  });
}

async function readEvents(
  call: Call,
  history: ReturnType<typeof openHistory>,
  nowMs: EpochMs,
): Promise<Sight["events"]> {
  const [only = null, ...others] = call.args;
  const taskName = others.length === 0 ? only : null;
  const span = { sinceMs: nowMs - DAY_MS, untilMs: nowMs + 1 };
  const { events } = await readAlerts(history, { ...span, limit: EVENT_COUNT, taskName });
  return events;
}

function drawOn(call: Call, screen: Screen, intervalMs: DurationMs) {
  const { colours } = call.io;
  return (sight: Sight, nowMs: EpochMs): void =>
    screen.draw(sightLines(sight, { ...screen.size(), nowMs, intervalMs, colours }));
}

function sayChanges(call: Call) {
  const { io } = call;
  const isJson = flagOption(call, "json");
  let before: Sight["tasks"] | null = null;
  return ({ tasks }: Sight, nowMs: EpochMs): void => {
    for (const change of stateChanges(before, tasks, nowMs))
      io.out(isJson ? JSON.stringify(changeRecord(change)) : changeLine(change, io.colours));
    before = tasks;
  };
}
