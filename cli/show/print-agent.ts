import type { AgentEvent, TermEvent } from "../../local/agent/agent.ts";
import { METRICS } from "../../shared/contract.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Colour, paint } from "../../terminal/paint.ts";

/** How an agent's lines are shown. */
export interface AgentLines {
  readonly colours: boolean;
  /** Whether its home is a fleet on this machine instead of AWS. */
  readonly isLocal: boolean;
}

/** What an agent says, as one line for people: the time of day in UTC, and a sentence. */
export function agentLine(
  event: AgentEvent,
  nowMs: EpochMs,
  { colours, isLocal }: AgentLines,
): string {
  const [sentence, colour] = sentenceOf(event, isLocal ? "the local fleet" : "AWS");
  return `${paint(timeOfDay(nowMs), "dim", colours)}  ${paint(sentence, colour, colours)}`;
}

/** A sentence with its colour. */
type Said = readonly [sentence: string, colour: Colour | null];

function sentenceOf(event: AgentEvent, home: string): Said {
  switch (event.event) {
    case "no-fleet":
      return [`No fleet runs on ${event.dir}: the agent waits for npm start.`, "yellow"];
    case "started": {
      const { location, fleet, home, dir, pid, waiting } = event;
      const kept = waiting === 0 ? "" : `; ${itemsOf(waiting)} of before wait there`;
      return [
        `The agent of ${location} in fleet ${fleet}, home ${home}, runs as process ${pid} and keeps its data in ${dir}${kept}. Times are UTC.`,
        null,
      ];
    }
    case "plan": {
      const { plannedAtMs, tasks, shards } = event;
      const size = `${showCount(tasks, "task")} in ${showCount(shards, "shard")}`;
      return [`Plan of ${toIso(plannedAtMs)}: ${size}.`, null];
    }
    case "term":
      return termSentence(event, home);
    case "aws-lost":
      return [
        `${capital(home)} is lost since ${timeOfDay(event.atMs)} (${event.reason}). Checks go on, results are kept.`,
        "yellow",
      ];
    case "aws-back":
      return [
        `${capital(home)} answers again, lost since ${toIso(event.lostAtMs)}; ${itemsOf(event.waiting)} wait.`,
        "green",
      ];
    case "delivered":
      return [`${itemsOf(event.delivered)} delivered late; ${event.waiting} wait.`, "green"];
    case "no-plan":
      return [`There is nothing to check yet: ${event.reason}.`, "yellow"];
    case "failed":
      return [`Shard ${event.shard} failed, and goes on: ${event.error}`, "red"];
    case "stopped":
      return [`Stopped; ${itemsOf(event.waiting)} wait for the next start.`, null];
  }
}

function termSentence(event: TermEvent, home: string): Said {
  const { shard, idle, waiting, lostAtMs } = event;
  const beside =
    lostAtMs === undefined
      ? ""
      : `; ${home} lost since ${timeOfDay(lostAtMs)}, ${itemsOf(waiting)} wait`;
  if (typeof idle === "string") return [`Shard ${shard}: ${idle}${beside}.`, "dim"];
  const { attempts, failures } = METRICS.probe;
  const checks = showCount(Number(event[attempts] ?? 0), "check");
  return [`Shard ${shard}: ${checks}, ${event[failures] ?? 0} failed${beside}.`, "dim"];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A flush stores a result item for the checks of a quarter of a minute. */
function itemsOf(count: number): string {
  return showCount(count, "result item");
}

function timeOfDay(atMs: EpochMs): string {
  return toIso(atMs).slice(11, 19);
}
