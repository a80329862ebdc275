import { uptimePercent } from "../../functions/history/history.ts";
import { type Family, inSeconds, sampleOf, taskLabels } from "./family.ts";

const STATES = ["OK", "WARNING", "CRITICAL", "NO_DATA"] as const;

/** Metrics of a task over all its regions. */
export const TASK_FAMILIES: readonly Family[] = [
  {
    name: "synfleet_task_state",
    otel: { name: "synfleet.task.state", unit: "1", isWhole: true },
    help: "The state of a task: 1 for the one that it has, 0 for the others.",
    samples: ({ tasks }) =>
      tasks.flatMap((task) =>
        STATES.map((state) => ({
          labels: { ...taskLabels(task), state: state.toLowerCase() },
          value: task.status === state ? 1 : 0,
        })),
      ),
  },
  {
    name: "synfleet_task_state_since_timestamp_seconds",
    otel: { name: "synfleet.task.state.since", unit: "s" },
    help: "When the task got its state, in Unix time. Absent if it never had another one.",
    samples: ({ tasks }) =>
      tasks.flatMap((task) => sampleOf(taskLabels(task), inSeconds(task.sinceMs))),
  },
  {
    name: "synfleet_task_held",
    otel: { name: "synfleet.task.held", unit: "1", isWhole: true },
    help: "1 while alerts of the task are held by a maintenance, a silence or an acknowledgement; else absent.",
    samples: ({ tasks }) =>
      tasks.flatMap((task) =>
        task.held.map(({ kind }) => ({ labels: { ...taskLabels(task), kind }, value: 1 })),
      ),
  },
  {
    name: "synfleet_task_uptime_ratio",
    otel: { name: "synfleet.task.uptime.ratio", unit: "1" },
    help: "The share of the last 24 hours in which the task was not critical, 0 to 1.",
    samples: ({ tasks }) =>
      tasks.flatMap((task) => {
        const percent = uptimePercent(task.lastDay);
        return sampleOf(taskLabels(task), percent === null ? null : percent / 100);
      }),
  },
  {
    name: "probe_ssl_earliest_cert_expiry",
    otel: { name: "synfleet.certificate.expiry", unit: "s" },
    help: "When the certificate of the task ends, in Unix time.",
    samples: ({ tasks, overview }) => {
      const byName = new Map(tasks.map((task) => [task.name, task]));
      return overview.certificates.flatMap(({ taskName, untilMs }) => {
        const task = byName.get(taskName);
        return task === undefined ? [] : sampleOf(taskLabels(task), inSeconds(untilMs));
      });
    },
  },
];
