import type { Colour } from "./paint.ts";
import type { EventEnvelope } from "./put-events.ts";

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

/** What a terminal would take for a command of its own; anyone on this machine may put an event. */
const CONTROLS = /\p{Cc}/gu;

/** Every event of the fleet says itself what happened: in `detail.summary`, or in `detail.problems`. */
export function describeEvent(event: EventEnvelope): EventLine {
  const { summary, problems, severity } = event.detail;
  const said = Array.isArray(problems) ? problems.join("; ") : summary;
  const what = typeof said === "string" && said !== "" ? said : event["detail-type"];
  const line = `${event.time.slice(11, 19)} ${what}`.replace(CONTROLS, " ");
  return { line, colour: COLOURS[String(severity)] ?? null };
}
