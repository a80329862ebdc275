import { SECOND_MS } from "../../../shared/units.ts";
import { addCheck, countOther, type Findings } from "../model/check.ts";
import type { Format } from "../model/format.ts";
import { setLatency, setThresholds } from "../values/alerts.ts";
import { durationOf } from "../values/durations.ts";
import { at, keysOf, numberOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

const USUAL_TIMEOUT_MS = 10 * SECOND_MS;

const LEFT = ["keyword", "json_path", "user_agent", "success_codes", "send", "expect"];

/** webstatuspi: a list `tcp`, and entries of `urls` with `type: tcp` or a `tcp://` address. */
export const webstatuspi: Format = {
  kind: "webstatuspi",
  tool: "webstatuspi",
  languages: ["data"],
  owns: ({ content }) => {
    const lists = [...tablesOf(at(content, "urls")), ...tablesOf(at(content, "tcp"))];
    const isTable = keysOf(content).some((key) => key === "urls" || key === "tcp");
    return isTable && lists.some((entry) => at(entry, "name") !== undefined);
  },
  read: (sources, findings) => {
    for (const { file, content } of sources) {
      const scheduleMs = durationOf(at(content, "monitor", "interval")) || 60 * SECOND_MS;
      const context = { file, scheduleMs };
      for (const entry of tablesOf(at(content, "tcp"))) readEntry(entry, context, findings);
      for (const entry of tablesOf(at(content, "urls"))) {
        const type = typeOf(entry);
        if (type === "tcp") readEntry(entry, context, findings);
        else countOther(findings, type);
      }
      for (const list of ["dns", "ping", "ssl", "http", "udp"]) {
        const count = tablesOf(at(content, list)).filter((one) => at(one, "name")).length;
        if (count > 0) countOther(findings, list, count);
      }
    }
  },
};

interface Context {
  readonly file: string;
  readonly scheduleMs: number;
}

function typeOf(entry: unknown): string {
  const url = textOf(at(entry, "url")) ?? "";
  const scheme = /^([a-z]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  const type = textOf(at(entry, "type"))?.toLowerCase() ?? (scheme === "tcp" ? "tcp" : "http");
  return type;
}

function readEntry(entry: unknown, { file, scheduleMs }: Context, findings: Findings): void {
  const name = textOf(at(entry, "name"));
  const host = textOf(at(entry, "host")) ?? textOf(at(entry, "url")) ?? "";
  const check = addCheck(findings, file, `tcp ${JSON.stringify(name ?? host)}`);
  setNames(check, name);
  setTarget(check, withoutScheme(check, host), at(entry, "port"));
  setTimes(check, {
    scheduleMs: durationOf(at(entry, "interval")) || scheduleMs,
    timeoutMs: durationOf(at(entry, "timeout")) || USUAL_TIMEOUT_MS,
  });
  setLatency(check, numberOf(at(entry, "latency_threshold_ms")), null);
  setThresholds(check, numberOf(at(entry, "failure_threshold")));
  loseKeys(check, entry, LEFT, "it is not of a plain connect");
}
