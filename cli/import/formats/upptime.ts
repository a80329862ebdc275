import { MINUTE_MS } from "../../../shared/units.ts";
import { addCheck, countOther, type Findings } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setLatency } from "../values/alerts.ts";
import { at, flagOf, numberOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

/** GitHub runs no workflow more often. */
const USUAL_SCHEDULE_MS = 5 * MINUTE_MS;
const USUAL_TIMEOUT_MS = 5_000;

const LEFT = ["icon", "slug", "assignees", "labels", "location", "type", "tags"];

/** Upptime's `.upptimerc.yml`: `sites` with `check: tcp-ping`. */
export const upptime: Format = {
  kind: "upptime",
  tool: "Upptime",
  languages: ["data"],
  owns: ({ content }) =>
    tablesOf(at(content, "sites")).some((site) => at(site, "url") !== undefined) &&
    !Array.isArray(content),
  read: (sources, findings) => {
    for (const source of sources) readSites(source, findings);
  },
};

function readSites(source: Source, findings: Findings): void {
  const cron = textOf(at(source.content, "workflowSchedule", "uptime"));
  const scheduleMs = everyMinutes(cron) ?? USUAL_SCHEDULE_MS;
  tablesOf(at(source.content, "sites")).forEach((site, i) => {
    const type = textOf(at(site, "check")) ?? "http";
    if (!/^tcp/i.test(type)) {
      countOther(findings, type);
      return;
    }
    const name = textOf(at(site, "name"));
    const check = addCheck(findings, source.file, `site ${JSON.stringify(name ?? `#${i + 1}`)}`);
    setNames(check, name);
    setTarget(check, withoutScheme(check, textOf(at(site, "url")) ?? ""), at(site, "port"));
    if (flagOf(at(site, "ipv6")) === true) check.fields.address_family = "ipv6";
    setTimes(check, { scheduleMs, timeoutMs: USUAL_TIMEOUT_MS });
    setLatency(check, numberOf(at(site, "maxResponseTime")), null);
    if (cron !== null && everyMinutes(cron) === null) {
      check.changed.push(`it is checked every 300 s: the schedule "${cron}" is no plain interval`);
    }
    if (textOf(at(site, "type")) === "globalping") {
      check.changed.push("it is checked from the fleet's regions, not by Globalping");
    }
    loseKeys(check, site, LEFT, "a task has nothing of this kind");
  });
}

/** The interval of a cron schedule that is every so many minutes; null for any other. */
function everyMinutes(cron: string | null): number | null {
  const [, minutes] = /^\*(?:\/(\d{1,2}))? \* \* \* \*$/.exec(cron ?? "") ?? [];
  if (cron === null || !/^\*/.test(cron)) return null;
  if (minutes !== undefined && Number(minutes) > 0) return Number(minutes) * MINUTE_MS;
  return cron === "* * * * *" ? MINUTE_MS : null;
}
