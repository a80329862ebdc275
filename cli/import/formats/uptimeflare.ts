import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { addCheck, countOther, type Findings } from "../model/check.ts";
import { Code } from "../model/code.ts";
import type { Format } from "../model/format.ts";
import { literalOf } from "../syntax/literals.ts";
import { type Node, nodesOf, scriptOf } from "../syntax/tree.ts";
import { at, numberOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

/** Cloudflare runs it so often. */
const SCHEDULE_MS = MINUTE_MS;
const USUAL_TIMEOUT_MS = 10 * SECOND_MS;

const LEFT = ["tooltip", "statusPageLink", "hideLatencyChart", "checkProxyFallback"];

/** UptimeFlare: monitors with `method: "TCP_PING"` in a TypeScript file, which is read and never run. */
export const uptimeflare: Format = {
  kind: "uptimeflare",
  tool: "UptimeFlare",
  languages: ["script", "data"],
  owns: ({ text }) =>
    /["']?method["']?\s*:\s*["'`]TCP_PING["'`]/.test(text) || /\bWorkerConfig\b/.test(text),
  read: (sources, findings) => {
    for (const { file, content } of sources) {
      for (const monitor of monitorsOf(content)) readMonitor(file, monitor, findings);
    }
  },
};

/** Every table of the file that has an id or a name, a method and a target. */
function monitorsOf(content: unknown): readonly unknown[] {
  const { tree, text } = Object(content) as { tree?: Node; text?: string };
  if (tree === undefined || text === undefined) return listIn(content);
  const script = scriptOf(tree, text);
  return [...nodesOf(tree)]
    .filter(({ type }) => type === "ObjectExpression")
    .map((node) => literalOf(node, script))
    .filter((table) => at(table, "method") !== undefined && at(table, "target") !== undefined);
}

function listIn(content: unknown): readonly unknown[] {
  const monitors = at(content, "monitors");
  return Array.isArray(monitors) ? monitors : [];
}

function readMonitor(file: string, monitor: unknown, findings: Findings): void {
  const method = textOf(at(monitor, "method")) ?? "unknown";
  if (method !== "TCP_PING") {
    countOther(findings, method === "unknown" ? method : "http");
    return;
  }
  const name = textOf(at(monitor, "name")) ?? textOf(at(monitor, "id"));
  const check = addCheck(findings, file, `monitor ${JSON.stringify(name)}`);
  setNames(check, name, at(monitor, "id"));
  const target = at(monitor, "target");
  setTarget(check, target instanceof Code ? target : withoutScheme(check, textOf(target) ?? ""));
  setTimes(check, {
    scheduleMs: SCHEDULE_MS,
    timeoutMs: numberOf(at(monitor, "timeout")) || USUAL_TIMEOUT_MS,
  });
  const proxy = textOf(at(monitor, "checkProxy"));
  if (proxy !== null) check.lost.push(`checkProxy "${proxy}": the regions of the fleet check it`);
  loseKeys(check, monitor, LEFT, "it is of the status page");
}
