import { type Fields, isFields } from "../../../shared/input/input.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setLatency } from "../values/alerts.ts";
import { durationOf } from "../values/durations.ts";
import { at, atAny, flagOf, listOf, numberOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";
import { NEAREST_REGIONS } from "./openstatus-regions.ts";

/** Its own timeout, which it takes for seconds, never ends a check: 45 s is what its page says. */
const USUAL_TIMEOUT_MS = 45_000;

const KINDS = ["http", "tcp", "dns"];

const LEFT = ["description", "public", "openTelemetry", "assertions", "privateLocations"];

/** OpenStatus: monitors by name, with `kind: tcp`. */
export const openstatus: Format = {
  kind: "openstatus",
  tool: "OpenStatus",
  languages: ["data"],
  owns: ({ content }) =>
    monitorsOf(content).some(([, one]) => KINDS.includes(textOf(at(one, "kind")) ?? "")),
  read: (sources, findings) => {
    for (const source of sources) {
      for (const [key, monitor] of monitorsOf(source.content)) {
        const kind = textOf(at(monitor, "kind")) ?? "unknown";
        if (kind === "tcp") readMonitor({ source, key, monitor }, findings);
        else countOther(findings, kind);
      }
    }
  },
};

/** A table of monitors by name; the lock file has each in `monitor`. */
function monitorsOf(content: unknown): readonly (readonly [string, Fields])[] {
  const tables = Array.isArray(content)
    ? content.map((one, i) => [`#${i + 1}`, one] as const)
    : Object.entries(isFields(content) ? content : {});
  return tables.flatMap(([key, one]) => {
    const monitor = atAny(one, "monitor", "Monitor") ?? one;
    return isFields(monitor) && at(monitor, "kind") !== undefined ? [[key, monitor] as const] : [];
  });
}

interface Entry {
  readonly source: Source;
  readonly key: string;
  readonly monitor: Fields;
}

function readMonitor({ source, key, monitor }: Entry, findings: Findings): void {
  const check = addCheck(findings, source.file, `monitor ${JSON.stringify(key)}`);
  setNames(check, at(monitor, "name"), key);
  const request = at(monitor, "request");
  const host =
    textOf(at(request, "host")) ?? textOf(at(request, "url")) ?? textOf(at(request, "uri"));
  setTarget(check, withoutScheme(check, host ?? ""), at(request, "port"));
  if (flagOf(at(monitor, "active")) === false) check.fields.enabled = false;
  setTimes(check, {
    scheduleMs: durationOf(at(monitor, "frequency")) || 10 * MINUTE_MS,
    timeoutMs: durationOf(at(monitor, "timeout"), 1) || USUAL_TIMEOUT_MS,
  });
  setRegions(check, listOf(at(monitor, "regions")));
  setLatency(check, numberOf(at(monitor, "degradedAfter")), null);
  const retry = numberOf(at(monitor, "retry")) ?? 3;
  if (retry > 1) {
    check.changed.push(`retry ${retry}: failed checks are made again by the fleet's own rule`);
  }
  loseKeys(check, monitor, LEFT, "a task has nothing of this kind");
}

function setRegions(check: Check, regions: readonly unknown[]): void {
  const nearest = new Map<string, string[]>();
  for (const region of regions) {
    const code = String(region);
    const found = nearestOf(code);
    if (found === null)
      check.lost.push(`the region ${JSON.stringify(code)}: its place is not known`);
    else nearest.set(found, [...(nearest.get(found) ?? []), code]);
  }
  if (nearest.size === 0) return;
  check.fields.regions = [...nearest.keys()];
  const shown = [...nearest].map(([region, codes]) => `${codes.join(", ")} → ${region}`).join("; ");
  check.changed.push(`its regions are the nearest of AWS, which the fleet must have: ${shown}`);
}

function nearestOf(code: string): string | null {
  const place = code.toLowerCase().replace(/^(?:fly|koyeb|railway)_/, "");
  const short = /^([a-z]+-[a-z]+\d)(?:-[a-z0-9]+)?$/.exec(place)?.[1] ?? place;
  return NEAREST_REGIONS.get(place) ?? NEAREST_REGIONS.get(short) ?? null;
}
