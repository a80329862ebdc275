import type { QuietingNotice } from "../alerting/alerting.ts";
import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import { escapeUnprintable } from "../input/input.ts";
import { type RegionName, toIso } from "../units.ts";
import type { AlertContext, OutgoingEvent } from "./outgoing.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

type Quieting = QuietingNotice["quieting"];

/** Detail of `TCP Probe Alerts Quieted`. */
interface QuietingDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly kind: Quieting["kind"];
  /** The entry's own id, by which a command ends it. */
  readonly entry_id: string;
  readonly scope: Quieting["scope"]["kind"];
  readonly task_name: string | null;
  readonly target_id: string | null;
  readonly by: string;
  readonly reason: string;
  readonly from: string;
  readonly until: string | null;
  readonly summary: string;
  readonly slack: SlackMessage;
}

/** The event that somebody made a silence or an acknowledgement. Its id follows from that of the entry. */
export function quietingEvent(
  { quieting, atMs }: QuietingNotice,
  { fleet, home }: Pick<AlertContext, "fleet" | "home">,
): OutgoingEvent {
  const { id: entryId, kind, scope, by, reason, fromMs, untilMs } = quieting;
  const id = deriveId("quieting", fleet, entryId);
  const summary = sentenceOf(quieting);
  const detail: QuietingDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    kind,
    entry_id: entryId,
    scope: scope.kind,
    task_name: scope.kind === "task" ? scope.name : null,
    target_id: scope.kind === "target" ? scope.id : null,
    by,
    reason,
    from: toIso(fromMs),
    until: untilMs === null ? null : toIso(untilMs),
    summary,
    slack: toSlack(summary),
  };
  const resources = [`synfleet/${fleet}`];
  return { id, detailType: DETAIL_TYPES.quieting, time: atMs, resources, detail };
}

/** One line for people, e.g. `SILENCED: task db by ann until 2026-01-05T13:00:00Z: known`. */
function sentenceOf({ kind, scope, by, reason, untilMs }: Quieting): string {
  const did = kind === "silence" ? "SILENCED" : "ACKNOWLEDGED";
  const until = untilMs === null ? "" : ` until ${toIso(untilMs).slice(0, 19)}Z`;
  return escapeUnprintable(`${did}: ${scopeName(scope)} by ${by}${until}: ${reason}`);
}

function scopeName(scope: Quieting["scope"]): string {
  if (scope.kind === "fleet") return "the fleet";
  return scope.kind === "task" ? `task ${scope.name}` : `target ${scope.id}`;
}
