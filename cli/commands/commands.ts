import type { CommandEntry } from "../command/command.ts";

/** Every command, in the order of overall help. Each is loaded only when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "tasks validate",
    args: "FILE...",
    about: "Check task files (TOML, YAML, JSON) and report every problem at once.",
    load: async () => (await import("./tasks-validate.ts")).tasksValidate,
  },
  {
    name: "tasks apply",
    args: "FILE...",
    about: "Make the stored tasks those of the files: add, change, remove.",
    load: async () => (await import("./tasks-apply.ts")).tasksApply,
  },
  {
    name: "tasks list",
    args: "",
    about: "List the stored tasks and whether each of them runs.",
    load: async () => (await import("./tasks-list.ts")).tasksList,
  },
  {
    name: "tasks export",
    args: "",
    about: "Write the stored tasks as a file that tasks apply takes back.",
    load: async () => (await import("./tasks-export.ts")).tasksExport,
  },
  {
    name: "import",
    args: "FILE...",
    about: "Turn the TCP checks of other tools' files into tasks.",
    load: async () => (await import("./import.ts")).importChecks,
  },
  {
    name: "notify test",
    args: "",
    about: "Send a test message to the targets of a rules file or of task files.",
    load: async () => (await import("./notify-test.ts")).notifyTest,
  },
  {
    name: "status",
    args: "[TASK...]",
    about:
      "Show how every task stands, the worst first, and how many targets of a group are healthy.",
    load: async () => (await import("./status.ts")).status,
  },
  {
    name: "health",
    args: "",
    about: "Ask whether the fleet runs: it answers, and has summarised a minute lately.",
    load: async () => (await import("./health.ts")).health,
  },
  {
    name: "uptime",
    args: "[TASK...]",
    about: "Show the share of time in which tasks, or groups, were not CRITICAL.",
    load: async () => (await import("./uptime.ts")).uptime,
  },
  {
    name: "regions",
    args: "",
    about: "Show how each probing region itself is, and how targets look from each.",
    load: async () => (await import("./regions.ts")).regions,
  },
  {
    name: "check",
    args: "HOST:PORT...",
    about: "Probe ports once, now, from this machine.",
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "results",
    args: "TASK...",
    about: "Show the last checks of tasks, one row each (raw_metric_tcp).",
    load: async () => (await import("./results.ts")).results,
  },
  {
    name: "summaries",
    args: "TASK",
    about: "Show a task's minutes, one row each (agg_metric_tcp).",
    load: async () => (await import("./summaries.ts")).summaries,
  },
  {
    name: "alerts",
    args: "",
    about: "Show the events that were raised.",
    load: async () => (await import("./alerts.ts")).alerts,
  },
  {
    name: "alerts replay",
    args: "[TASK]",
    about: "Judge stored checks again by another policy: which pages it sends, which it misses.",
    load: async () => (await import("./alerts-replay.ts")).alertsReplay,
  },
  {
    name: "export",
    args: "",
    about: "Write the history for other tools: an SQLite file, CSV or JSON lines.",
    load: async () => (await import("./export.ts")).exportHistory,
  },
  {
    name: "explain",
    args: "TASK",
    about: "Show check by check why a task alerts, or how far it is from that.",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "maintenance start",
    args: "[TASK]",
    about: "Hold alerts while somebody works on a task, a target or the fleet.",
    load: async () => (await import("./maintenance-start.ts")).maintenanceStart,
  },
  {
    name: "maintenance stop",
    args: "ID",
    about: "End a maintenance now.",
    load: async () => (await import("./maintenance-stop.ts")).maintenanceStop,
  },
  {
    name: "maintenance list",
    args: "",
    about: "Show the maintenance windows.",
    load: async () => (await import("./maintenance-list.ts")).maintenanceList,
  },
  {
    name: "silence list",
    args: "",
    about: "Show the silences and acknowledgements.",
    load: async () => (await import("./silence-list.ts")).silenceList,
  },
  {
    name: "silence stop",
    args: "ID",
    about: "End a silence or an acknowledgement now.",
    load: async () => (await import("./silence-stop.ts")).silenceStop,
  },
  {
    name: "silence",
    args: "[TASK]",
    about: "Hold the alerts of a task, a target or the fleet for a while.",
    load: async () => (await import("./silence.ts")).silence,
  },
  {
    name: "ack",
    args: "[TASK]",
    about: "Acknowledge what is open: no reminder and no escalation of it.",
    load: async () => (await import("./ack.ts")).ack,
  },
  {
    name: "page",
    args: "",
    about: "Show the fleet on a page in the browser, served from this machine.",
    load: async () => (await import("./page.ts")).page,
  },
  {
    name: "plan",
    args: "",
    about: "Plan the stored tasks now instead of at the next minute.",
    load: async () => (await import("./plan.ts")).plan,
  },
  {
    name: "cost",
    args: "[FILE]",
    about: "Estimate what a fleet costs on AWS in a month, line by line.",
    load: async () => (await import("./cost.ts")).cost,
  },
  {
    name: "status-page",
    args: "",
    about: "Write a public status page: states, 90 days of uptime, incidents, badges.",
    load: async () => (await import("./status-page.ts")).statusPage,
  },
];
