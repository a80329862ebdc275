import type { Overview, OverviewTask } from "../../functions/history/history.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type DurationMs, type EpochMs, showLength, toIso } from "../../shared/units.ts";
import { paint, statusColour } from "../../terminal/paint.ts";
import { cutPainted } from "../../terminal/width.ts";
import { alertRecord, sentenceOf } from "../show/alert-rows.ts";
import { overviewLines } from "../show/print-overview.ts";

/** What a look sees. */
export interface Sight {
  readonly overview: Overview;
  /** Those that are watched, the worst first. */
  readonly tasks: readonly OverviewTask[];
  /** The newest events, newest first. */
  readonly events: readonly OutgoingEvent[];
}

/** Where and when it is drawn. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nowMs: EpochMs;
  readonly intervalMs: DurationMs;
  readonly colours: boolean;
}

/** Lines that a long table leaves to events. */
const LEAST_EVENTS = 5;

/** The lines of a sight: what `status` says, and below it the newest events, the newest last. They fit. */
export function sightLines({ overview, tasks, events }: Sight, drawing: Drawing): string[] {
  const { nowMs, colours, height, width } = drawing;
  const room = height - 1;
  const kept = Math.min(events.length, LEAST_EVENTS);
  const table = (limit: number): string[] =>
    overviewLines(overview, { tasks, limit, nowMs, colours });
  const whole = table(tasks.length);
  const excess = whole.length - (room - kept);
  // One more, since the rest is counted in a line of its own.
  const shown = excess <= 0 ? whole : table(Math.max(1, tasks.length - excess - 1));
  const left = Math.max(0, room - shown.length);
  const beneath = events.slice(0, left).map((event) => eventLine(event, colours));
  return [headLine(drawing), ...shown, ...beneath.reverse()]
    .slice(0, height)
    .map((line) => cutPainted(line, width));
}

function headLine({ nowMs, intervalMs, colours }: Drawing): string {
  const clock = toIso(nowMs).slice(11, 19);
  return paint(`${clock} UTC · every ${showLength(intervalMs)} · Ctrl-C ends`, "dim", colours);
}

function eventLine(event: OutgoingEvent, colours: boolean): string {
  const record = alertRecord(event);
  const { severity } = record.detail;
  const line = escapeUnprintable(`${record.time.slice(11, 19)} ${sentenceOf(record)}`);
  return paint(line, statusColour(String(severity)), colours);
}
