import { formatRows } from "../../terminal/table.ts";
import type { Command, CommandEntry, Option, Options } from "./command.ts";

const HELP: Options = { help: { type: "boolean", short: "h", about: "Show this help." } };

/** Help of one command: how it is called, its options, and its notes. */
export function commandHelp(entry: CommandEntry, command: Command): string {
  const call = ["synfleet", entry.name, entry.args, "[options]"].filter((word) => word !== "");
  return [
    entry.about,
    "",
    `Usage: ${call.join(" ")}`,
    "",
    "Options:",
    ...optionLines({ ...command.options, ...HELP }),
    ...command.notes.flatMap((note) => ["", note]),
  ].join("\n");
}

/** Help of the program, or of a group of commands: one line each. */
export function overallHelp(entries: readonly CommandEntry[]): string {
  const rows = entries.map(({ name, args, about }) => [`  ${name} ${args}`, about]);
  return [
    "Synfleet: a multi-region TCP probe fleet.",
    "",
    "Usage: synfleet COMMAND [options]",
    "",
    "Commands:",
    ...table(rows),
    "",
    "Options:",
    ...table([
      ["  -h, --help", "Show this help, or that of a command."],
      ["  --version", "Show the version."],
    ]),
    "",
    "Exit codes: 0 fine, 1 the answer is no or there are problems, 2 wrong usage, 3 failed.",
    "Help for one command: synfleet COMMAND --help",
  ].join("\n");
}

function optionLines(options: Options): string[] {
  return table(Object.entries(options).map(([name, option]) => optionRow(name, option)));
}

function optionRow(name: string, option: Option): [string, string] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const value = option.value === undefined ? "" : ` ${option.value}`;
  return [`  ${short}--${name}${value}`, option.about];
}

function table(rows: readonly (readonly string[])[]): string[] {
  return formatRows([{ align: "left" }, { align: "left" }], rows);
}
