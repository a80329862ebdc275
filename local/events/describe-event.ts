import { escapeUnprintable } from "../../shared/input/input.ts";
import type { Colour } from "../../terminal/paint.ts";
import type { EventEnvelope } from "../aws/put-events.ts";

/** An event in one line for people, and the colour that it deserves. */
export interface EventLine {
  readonly line: string;
  readonly colour: Colour | null;
}

const COLOURS: Readonly<Record<string, Colour>> = {
  critical: "red",
  warning: "yellow",
  no_data: "yellow",
  ok: "green",
};

/** Every event of the fleet says itself what happened: in `detail.summary`, or in `detail.problems`. */
export function describeEvent(event: EventEnvelope): EventLine {
  const { summary, problems, severity } = event.detail;
  const said = Array.isArray(problems) ? problems.join("; ") : summary;
  const what = typeof said === "string" && said !== "" ? said : event["detail-type"];
  // Anyone on this machine may put an event, with a terminal's own commands in it.
  const line = escapeUnprintable(`${event.time.slice(11, 19)} ${what}`);
  return { line, colour: COLOURS[String(severity)] ?? null };
}
