import type { Task } from "../task/task.ts";
import { type DurationMs, SECOND_MS } from "../units.ts";

/** Tasks as they mostly are, where only their number and their schedule are known. */
export function plainTasks(count: number, scheduleMs: DurationMs): Task[] {
  return Array.from({ length: count }, (_, i): Task => {
    const hostname = `service-${i}.example.com`;
    return {
      name: `Service ${i}`,
      target: { hostname, port: 443 },
      host: `${hostname}:443`,
      scheduleMs,
      timeoutMs: Math.min(5 * SECOND_MS, scheduleMs),
      targetId: `service-${i}`,
      enabled: true,
      regions: "all",
      expect: "open",
      addressFamily: "any",
      alert: {},
      tags: {},
    };
  });
}
