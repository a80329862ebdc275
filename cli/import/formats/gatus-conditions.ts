import { DAY_MS } from "../../../shared/units.ts";
import { type Check, refuseCheck } from "../model/check.ts";
import { setLatency } from "../values/alerts.ts";
import { literalPattern } from "../values/dialogue.ts";
import { durationOf } from "../values/durations.ts";

const CONDITION = /^\s*(\S[\s\S]*?)\s*(==|!=|<=|>=|<|>)\s*([\s\S]*?)\s*$/;

/** Takes one condition over to the check; the pattern of one on the answer, else null. */
export function readCondition(check: Check, condition: string, scheme: string): string | null {
  const [, left = "", operator = "", right = ""] = CONDITION.exec(condition) ?? [];
  if (left === "[CONNECTED]") takeConnected(check, operator, right);
  else if (left === "[RESPONSE_TIME]" && operator.startsWith("<")) {
    setLatency(check, null, durationOf(right, 1));
  } else if (left === "[CERTIFICATE_EXPIRATION]" && operator.startsWith(">") && scheme !== "tcp") {
    takeExpiry(check, durationOf(right, 1));
  } else if (left === "[BODY]" && operator === "==") return bodyPattern(right);
  else check.lost.push(`the condition "${condition}": a task has nothing of this kind`);
  return null;
}

function takeConnected(check: Check, operator: string, right: string): void {
  const wantsOpen = (operator === "==") === /^true$/i.test(right);
  if (wantsOpen) return;
  if (check.fields.tls !== undefined) {
    refuseCheck(check, "it wants a TLS connection to fail, which a task can't expect");
    return;
  }
  check.fields.expect = "closed";
  check.changed.push(
    "it expects a closed port: it passes on a refusal or silence, and not if the name is not found",
  );
}

function takeExpiry(check: Check, ms: number | null): void {
  const days = ms === null ? 0 : Math.ceil(ms / DAY_MS);
  if (days < 1 || days > 3_650) return;
  const { tls } = check.fields;
  check.fields.tls = {
    ...(typeof tls === "object" ? tls : {}),
    expires_warning_days: days + Math.max(1, Math.ceil(days / 2)),
    expires_critical_days: days,
  };
  if (days * DAY_MS !== ms) check.changed.push(`the certificate's end is judged in days: ${days}`);
}

/** A text or `pat(…)` with `*` as a pattern of what comes. */
function bodyPattern(value: string): string {
  const [, glob] = /^pat\((.*)\)$/s.exec(value) ?? [];
  if (glob === undefined) return literalPattern(value);
  return `(?s)${glob.split("*").map(literalPattern).join(".*")}`;
}
