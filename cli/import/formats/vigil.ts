import { SECOND_MS } from "../../../shared/units.ts";
import { addCheck, countOther, type Findings, refuseCheck } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setLatency } from "../values/alerts.ts";
import { at, listOf, numberOf, tablesOf, textOf } from "../values/fields.ts";
import { setGroup, setNames } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

/** Vigil: the `tcp://` replicas of each `[[probe.service.node]]`. */
export const vigil: Format = {
  kind: "vigil",
  tool: "Vigil",
  languages: ["data"],
  owns: ({ content }) =>
    tablesOf(at(content, "probe", "service")).some((service) => at(service, "node") !== undefined),
  read: (sources, findings) => {
    for (const source of sources) {
      for (const service of tablesOf(at(source.content, "probe", "service"))) {
        for (const node of tablesOf(at(service, "node"))) {
          readNode({ source, service, node }, findings);
        }
      }
    }
  },
};

interface Entry {
  readonly source: Source;
  readonly service: unknown;
  readonly node: unknown;
}

function readNode(entry: Entry, findings: Findings): void {
  const mode = textOf(at(entry.node, "mode")) ?? "poll";
  if (mode !== "poll") {
    countOther(findings, mode);
    return;
  }
  const replicas = listOf(at(entry.node, "replicas")).map((replica) => textOf(replica) ?? "");
  replicas.forEach((replica, i) => {
    const scheme = /^([a-z]+):\/\//i.exec(replica)?.[1]?.toLowerCase() ?? "unknown";
    if (/^\$\{\w+\}/.test(replica)) {
      const check = addCheck(findings, entry.source.file, `replica ${JSON.stringify(replica)}`);
      refuseCheck(check, "a variable gives its scheme, so whether it is TCP is not known");
      return;
    }
    if (scheme !== "tcp") {
      countOther(findings, scheme);
      return;
    }
    readReplica({ ...entry, replica, number: replicas.length > 1 ? i + 1 : null }, findings);
  });
}

function readReplica(
  { source, service, node, replica, number }: Entry & { replica: string; number: number | null },
  findings: Findings,
): void {
  const nodeName = textOf(at(node, "label")) ?? textOf(at(node, "id")) ?? "node";
  const serviceName = textOf(at(service, "label")) ?? textOf(at(service, "id"));
  const target = replica.replace(/^tcp:\/\//i, "");
  const check = addCheck(
    findings,
    source.file,
    `replica ${JSON.stringify(replica)} of "${nodeName}"`,
  );
  const name = number === null ? nodeName : `${nodeName} ${target}`;
  setNames(check, name, `${serviceName ?? ""} ${name}`);
  setGroup(check, textOf(at(service, "id")) ?? serviceName);
  setTarget(check, withoutScheme(check, replica));
  const metrics = at(source.content, "metrics");
  setTimes(check, {
    scheduleMs: (numberOf(at(metrics, "poll_interval")) || 120) * SECOND_MS,
    timeoutMs: (numberOf(at(metrics, "poll_delay_dead")) || 30) * SECOND_MS,
  });
  const sick = numberOf(at(metrics, "poll_delay_sick"));
  setLatency(check, sick === null ? null : sick * SECOND_MS, null);
}
