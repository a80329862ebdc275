import type { Targets } from "./listeners.ts";

export interface FleetSize {
  readonly taskCount: number;
  readonly scheduleSeconds: number;
}

/** Of a hundred tasks, so many find a closed port, and so many get no answer. */
const REFUSED_PERCENT = 5;
const SILENT_PERCENT = 2;

/** A port below 1024 that no server of this machine uses. */
const CLOSED_PORT = 1;

const TIMEOUT_SECONDS = 2;

/** A task file in TOML. */
export function writeTasks({ taskCount, scheduleSeconds }: FleetSize, targets: Targets): string {
  const timeout = Math.min(TIMEOUT_SECONDS, scheduleSeconds);
  const tasks = Array.from({ length: taskCount }, (_, i) =>
    [
      "[[tasks]]",
      'type = "tcp"',
      `name = "Service ${i} of customer ${i % 97}"`,
      `host = "127.0.0.1:${portOf(i, targets)}"`,
      `schedule_seconds = ${scheduleSeconds}`,
      `timeout_seconds = ${timeout}`,
      `target_id = "customer-${i % 97}"`,
    ].join("\n"),
  );
  return `${tasks.join("\n\n")}\n`;
}

function portOf(index: number, { openPorts, silentPort }: Targets): number {
  const place = index % 100;
  if (place < REFUSED_PERCENT) return CLOSED_PORT;
  if (place < REFUSED_PERCENT + SILENT_PERCENT) return silentPort;
  return openPorts[index % openPorts.length] ?? CLOSED_PORT;
}
