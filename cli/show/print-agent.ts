import type { AgentEvent, TermEvent } from "../../local/agent/agent.ts";
import { METRICS } from "../../shared/contract.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Colour, paint } from "../../terminal/paint.ts";

/** What an agent says, as one line for people: the time of day in UTC, and a sentence. */
export function agentLine(event: AgentEvent, nowMs: EpochMs, colours: boolean): string {
  const [sentence, colour] = sentenceOf(event);
  return `${paint(timeOfDay(nowMs), "dim", colours)}  ${paint(sentence, colour, colours)}`;
}

/** A sentence with its colour. */
type Said = readonly [sentence: string, colour: Colour | null];

function sentenceOf(event: AgentEvent): Said {
  switch (event.event) {
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
      return termSentence(event);
    case "aws-lost":
      return [
        `AWS is lost since ${timeOfDay(event.atMs)} (${event.reason}). Checks go on, results are kept.`,
        "yellow",
      ];
    case "aws-back":
      return [
        `AWS answers again, lost since ${toIso(event.lostAtMs)}; ${itemsOf(event.waiting)} wait.`,
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

function termSentence(event: TermEvent): Said {
  const { shard, idle, waiting, lostAtMs } = event;
  const beside =
    lostAtMs === undefined
      ? ""
      : `; AWS lost since ${timeOfDay(lostAtMs)}, ${itemsOf(waiting)} wait`;
  if (typeof idle === "string") return [`Shard ${shard}: ${idle}${beside}.`, "dim"];
  const { attempts, failures } = METRICS.probe;
  const checks = showCount(Number(event[attempts] ?? 0), "check");
  return [`Shard ${shard}: ${checks}, ${event[failures] ?? 0} failed${beside}.`, "dim"];
}

/** A flush stores a result item for the checks of a quarter of a minute. */
function itemsOf(count: number): string {
  return showCount(count, "result item");
}

function timeOfDay(atMs: EpochMs): string {
  return toIso(atMs).slice(11, 19);
}
