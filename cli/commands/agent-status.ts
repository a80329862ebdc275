import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AgentStatus, isFolderInUse, isWell, STATUS_FILE } from "../../local/agent/status.ts";
import { type EpochMs, SECOND_MS, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Command, EXIT } from "../command/command.ts";
import { CliError } from "../command/errors.ts";
import { flagOption } from "../command/read-option.ts";
import { agentDirOf, DATA_OPTION } from "../fleet/agent-dir.ts";

/** `synfleet agent status`: how the agent on this machine is, by what it last wrote. */
export const agentStatus: Command = {
  argCount: { min: 0, max: 0 },
  options: { ...DATA_OPTION, json: { type: "boolean", about: "Print one JSON object." } },
  notes: [
    "An agent is well while it runs and its shards are checked, by it or by another agent of the location; also without AWS.",
    "Exit codes: 0 well, 1 not, 3 there is no agent's data.",
  ],
  run: async (call) => {
    const dir = agentDirOf(call);
    const status = await readStatus(dir);
    const runs = await isFolderInUse(dir);
    const nowMs = call.io.now();
    const well = runs && isWell(status, nowMs);
    if (flagOption(call, "json")) call.io.out(JSON.stringify({ well, runs, ...status }));
    else call.io.out(runs ? sentenceOf(status, well, nowMs) : goneSentence(status, dir));
    return well ? EXIT.fine : EXIT.no;
  },
};

async function readStatus(dir: string): Promise<AgentStatus> {
  try {
    return JSON.parse(await readFile(join(dir, STATUS_FILE), "utf8"));
  } catch {
    throw new CliError(`No agent has run on ${dir}: name its folder with --data DIR.`);
  }
}

function goneSentence({ location, fleet, spool, atMs }: AgentStatus, dir: string): string {
  const waiting = `${showCount(spool.waiting, "result item")} of it may wait`;
  return `No agent runs on ${dir}; that of ${location} in ${fleet} was last heard of at ${toIso(atMs)}; ${waiting}.`;
}

function sentenceOf(status: AgentStatus, well: boolean, nowMs: EpochMs): string {
  const { location, fleet, shards, away, spool, atMs } = status;
  const mine = shards.filter(({ isMine }) => isMine).length;
  const home = status.isLocal === true ? "the local fleet" : "AWS";
  const answers =
    away === null ? `${home} answers` : `${home} is away since ${toIso(away.atMs)} (${away.why})`;
  const seconds = Math.round((nowMs - atMs) / SECOND_MS);
  return [
    `Agent of ${location} in ${fleet}: ${well ? "well" : "not well"}, said ${seconds} s ago`,
    `${mine} of ${showCount(shards.length, "shard")} with the lease`,
    answers,
    `${showCount(spool.waiting, "result item")} waiting (${spool.bytes} bytes)`,
    `${spool.droppedOld + spool.droppedLost + spool.droppedOdd} dropped.`,
  ].join("; ");
}
