import assert from "node:assert/strict";
import { test } from "node:test";
import { agentLine } from "../../../cli/show/print-agent.ts";
import type { AgentEvent } from "../../../local/agent/agent.ts";

const AT_MS = Date.UTC(2026, 10, 27, 10, 22, 50);
const COUNTS = { waiting: 7, bytes: 1, droppedOld: 0, droppedLost: 0, droppedOdd: 0 };

test("agentLine names the fleet that an agent has lost: AWS, or one on this machine", () => {
  const lines: [AgentEvent, string][] = [
    [{ event: "no-fleet", dir: "d" }, "No fleet runs on d: the agent waits for npm start."],
    [
      { event: "aws-lost", atMs: AT_MS, reason: "why" },
      "% is lost since 10:22:50 (why). Checks go on, results are kept.",
    ],
    [
      { event: "aws-back", lostAtMs: AT_MS, waiting: 7 },
      "% answers again, lost since 2026-11-27T10:22:50.000Z; 7 result items wait.",
    ],
    [
      { event: "term", shard: 0, lostAtMs: AT_MS, ...COUNTS },
      "Shard 0: 0 checks, 0 failed; $ lost since 10:22:50, 7 result items wait.",
    ],
  ];
  for (const [event, sentence] of lines)
    for (const [isLocal, atFirst, within] of [
      [false, "AWS", "AWS"],
      [true, "The local fleet", "the local fleet"],
    ] as const)
      assert.equal(
        agentLine(event, AT_MS, { colours: false, isLocal }),
        `10:22:50  ${sentence.replace("%", atFirst).replace("$", within)}`,
      );
});
