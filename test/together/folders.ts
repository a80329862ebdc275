/** Folders whose tests touch nothing that a process has only one of, by the file that imports them. */
export const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  "test/together/shared.ts": ["test/shared"],
  "test/together/commands.ts": ["test/cli", "test/terminal"],
  "test/together/home.ts": [
    "test/functions/aggregate",
    "test/functions/apply",
    "test/functions/history",
    "test/functions/outbox",
    "test/functions/plan",
    "test/functions/publish",
  ],
};
