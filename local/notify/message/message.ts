import { DETAIL_TYPES } from "../../../shared/contract.ts";
import type { NotifyEvent } from "./event.ts";
import { lineOf } from "./text.ts";

/** How urgent a message looks. */
export type Tone = "critical" | "warning" | "good" | "info";

/** What is told, as plain text: each service escapes it in its own way. */
export interface Message {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
}

/** A figure beside the text. */
interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Where to read on. */
interface Link {
  readonly label: string;
  readonly url: string;
}

/** A name of 200 rare characters makes a link that no service takes. */
const MOST_LINK = 1_000;

const TONES: ReadonlyMap<unknown, Tone> = new Map<unknown, Tone>([
  ["critical", "critical"],
  ["warning", "warning"],
  ["no_data", "warning"],
  ["ok", "good"],
]);

/** What one event says. Links need the address of the page. */
export function messageOf(event: NotifyEvent, pageUrl: string | null): Message {
  const { detail } = event;
  return {
    tone: TONES.get(detail.severity) ?? "info",
    title: titleOf(event),
    text: lineOf(detail.summary) || problemsOf(detail) || event["detail-type"],
    facts: factsOf(detail),
    links: pageUrl === null ? [] : linksOf(detail, pageUrl),
  };
}

/** The state comes first: a phone shows no more than the beginning. */
function titleOf({ "detail-type": type, detail }: NotifyEvent): string {
  const name = subjectName(detail);
  if (type === DETAIL_TYPES.storm) {
    return detail.phase === "closed"
      ? "OK: the storm is over"
      : `STORM: ${detail.task_count} tasks`;
  }
  const state = lineOf(detail.state);
  if (name === "") return state === "" ? type : `${state.toUpperCase()}: ${type}`;
  if (type === DETAIL_TYPES.reminder) return `Still ${state}: ${name}`;
  return state === "" ? `${type}: ${name}` : `${state.toUpperCase()}: ${name}`;
}

function subjectName({ task_name, target_id, region }: NotifyEvent["detail"]): string {
  return lineOf(task_name) || lineOf(target_id) || lineOf(region);
}

function problemsOf({ problems }: NotifyEvent["detail"]): string {
  return Array.isArray(problems) ? problems.map(lineOf).join("; ") : "";
}

function factsOf(detail: NotifyEvent["detail"]): Fact[] {
  const facts: Fact[] = [
    { name: "Host", value: lineOf(detail.host) },
    { name: "Since", value: sinceOf(detail) },
    { name: "Lasted", value: spanOf(detail.duration_seconds) },
    { name: "Regions", value: regionsOf(detail) },
    { name: "Error", value: lineOf(detail.error_kind) },
    { name: "Phase", value: lineOf(detail.failed_phase) },
    { name: "Group", value: lineOf(detail.target_id) },
  ];
  return facts.filter(({ value }) => value !== "");
}

function sinceOf({ opened_at, since }: NotifyEvent["detail"]): string {
  const at = lineOf(opened_at) || lineOf(since);
  return at === "" ? "" : `${at.slice(0, 19).replace("T", " ")} UTC`;
}

function spanOf(seconds: unknown): string {
  if (typeof seconds !== "number") return "";
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Which regions breach, of how many that report. */
function regionsOf({ votes, region, regions_reporting }: NotifyEvent["detail"]): string {
  if (!Array.isArray(votes)) return lineOf(region);
  const breaching = votes
    .filter((vote) => vote?.vote === "breach")
    .map(({ region: r }) => lineOf(r));
  if (breaching.length === 0) return "";
  const more = breaching.length > 5 ? ", …" : "";
  return `${breaching.slice(0, 5).join(", ")}${more} (${breaching.length} of ${lineOf(regions_reporting)})`;
}

function linksOf(detail: NotifyEvent["detail"], pageUrl: string): Link[] {
  const { task_name: task, error_kind: kind } = detail;
  const links: Link[] = [];
  if (typeof task === "string") {
    links.push({
      label: "Task",
      url: `${pageUrl}/#/task/${encodeURIComponent(task.toWellFormed())}`,
    });
  }
  if (typeof kind === "string") {
    links.push({
      label: "Help",
      url: `${pageUrl}/help/${encodeURIComponent(kind.toWellFormed())}`,
    });
  }
  return links.filter(({ url }) => url.length <= MOST_LINK);
}
