import type { Explained, ExplainedChange } from "../../functions/replay/replay.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { formatTable, left, right } from "../../terminal/table.ts";
import type { Call } from "../command/command.ts";

/** An explained task under another policy. */
export type OtherExplained = Explained & { readonly label: string };

/** Prints why a task has its status, and what another policy makes of it. */
export function printExplained(
  call: Call,
  explained: Explained,
  changed: OtherExplained | null,
): void {
  printState(call, explained);
  for (const line of formatTable(
    [
      left("REGION"),
      left("HEALTH"),
      right("FAILED IN A ROW"),
      right("NEEDED"),
      left("FAILING SINCE"),
      left("LAST CHECKS"),
    ],
    explained.regions.map((one) => [
      one.region,
      paint(one.health, one.health === "healthy" ? "green" : "red", call.io.colours),
      String(one.failed_in_a_row),
      one.failures_needed === null ? "" : String(one.failures_needed),
      one.failing_since ?? "",
      one.last_checks,
    ]),
  )) {
    call.io.out(line);
  }
  for (const change of explained.changes) call.io.out(changeLine(change));
  if (explained.changes.length === 0) call.io.out("Nothing changed in the two hours before.");
  if (changed === null) return;
  call.io.out("");
  call.io.out(`With ${changed.label}:`);
  printState(call, changed);
  for (const change of changed.changes) call.io.out(changeLine(change));
  for (const line of differences(explained, changed)) call.io.out(line);
}

function printState({ io }: Call, { task_name, host, at, status, rule, since }: Explained): void {
  const because = rule === null ? "" : ` by the rule ${rule} since ${since}`;
  io.out(`${task_name} (${host}) at ${at}: ${status}${because}`);
}

function changeLine({ at, from, to, reason, regions, regions_needed }: ExplainedChange): string {
  const who = regions.length === 0 ? "" : `, ${regions.join(", ")} (needed: ${regions_needed})`;
  return `${at} ${from} to ${to}: ${reason}${who}`;
}

/** How much sooner or later the other policy opened and closed. */
function differences(now: Explained, other: Explained): string[] {
  const openingOf = ({ changes }: Explained) => changes.findLast(({ reason }) => reason === "down");
  const [own, its] = [openingOf(now), openingOf(other)];
  if (own === undefined || its === undefined) {
    if (own === undefined && its === undefined) return ["Neither policy pages."];
    return [own === undefined ? "Only this policy pages." : "This policy does not page."];
  }
  const seconds = (Date.parse(its.at) - Date.parse(own.at)) / SECOND_MS;
  if (seconds === 0) return ["It pages at the same time."];
  return [`It pages ${Math.abs(seconds)} s ${seconds > 0 ? "later" : "sooner"}.`];
}
