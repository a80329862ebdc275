import {
  earliestEnd,
  type SeenCertificate,
  seenCertificates,
  type TaskWindow,
} from "../../summary/summary.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  type RegionName,
  toMicrosecondPrecision,
} from "../../units.ts";
import {
  type AlertPolicy,
  certificateDays,
  type Finding,
  SEVERITIES,
  type Severity,
} from "../rules/rules.ts";
import type { ExpiringCertificate, Trends } from "./model.ts";
import type { TrendVoter } from "./votes.ts";

/**
 * A certificate counts until so many checks in a row have seen only others, and for so long: behind a
 * load balancer every other check may see another one.
 */
const LEAST_CHECKS = 15;

type Expiring = NonNullable<Trends["expiring"]>;

/** What certificates are judged by. */
export interface ExpirySetup {
  readonly window: TaskWindow;
  readonly policy: AlertPolicy;
}

/**
 * The certificates that are near their end after a window, by region: of each the one that ends first
 * among those that it lately saw. Undefined if there is none; the same object if nothing changed.
 */
export function advanceExpiring(
  before: Expiring | undefined,
  setup: ExpirySetup,
): Expiring | undefined {
  const { regions } = setup.window;
  // Most tasks have no certificate, and this is asked of every task in every minute.
  if (before === undefined && earliestEnd(Object.values(regions)) === null) return undefined;
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(regions)]);
  const next = [...names].sort().flatMap((name) => {
    const own = regions[name];
    const seen = own === undefined ? [] : seenCertificates(own);
    const kept = advanceRegion(before?.[name] ?? null, seen, setup);
    return kept === null ? [] : [[name, kept] as const];
  });
  if (next.length === 0) return undefined;
  const isSame = next.length === Object.keys(before ?? {}).length;
  return isSame && next.every(([name, own]) => before?.[name] === own)
    ? before
    : Object.fromEntries(next);
}

function advanceRegion(
  before: ExpiringCertificate | null,
  seen: readonly SeenCertificate[],
  setup: ExpirySetup,
): ExpiringCertificate | null {
  const held = before !== null && breaks(before, setup) ? before : null;
  const [first] = seen
    .filter((each) => breaks(each, setup))
    .toSorted((a, b) => a.untilMs - b.untilMs);
  const next = first === undefined ? null : lastSeen(first);
  if (held === null) return next;
  if (next !== null && next.untilMs <= held.untilMs) {
    return next.untilMs === held.untilMs && held.othersSinceMs === null ? held : next;
  }
  // Without a word of the target's, e.g. while it can't be reached, nothing is known of it.
  if (seen.length === 0) return held;
  const { periodStartMs, periodEndMs, scheduleMs } = setup.window;
  const sinceMs = held.othersSinceMs ?? periodStartMs;
  if (periodEndMs - sinceMs >= forgetAfter(scheduleMs)) return next;
  return held.othersSinceMs === null ? { ...held, othersSinceMs: sinceMs } : held;
}

function lastSeen({ fromMs, untilMs }: SeenCertificate): ExpiringCertificate {
  return { fromMs, untilMs, othersSinceMs: null };
}

function forgetAfter(scheduleMs: DurationMs): DurationMs {
  return LEAST_CHECKS * Math.max(MINUTE_MS, scheduleMs);
}

type Validity = Pick<ExpiringCertificate, "fromMs" | "untilMs">;

function breaks(certificate: Validity, setup: ExpirySetup): boolean {
  return findingOf(certificate, setup) !== null;
}

/** What a certificate breaks at the end of a window, the most severe limit; null if nothing. */
function findingOf(certificate: Validity, setup: ExpirySetup): Finding | null {
  const leftMs = certificate.untilMs - setup.window.periodEndMs;
  for (const severity of SEVERITIES) {
    const limitMs = limitOf(certificate, severity, setup);
    if (limitMs === null || leftMs > limitMs) continue;
    const { aspect, name: rule } = certificateDays;
    return { aspect, severity, rule, value: toDays(leftMs), limit: toDays(limitMs) };
  }
  return null;
}

/** The task's own days are taken as they are; null if the rule is off. */
function limitOf(
  { fromMs, untilMs }: Validity,
  severity: Severity,
  { window, policy }: ExpirySetup,
): DurationMs | null {
  const own = window.expiryDays?.[severity];
  if (own !== undefined) return own * DAY_MS;
  const days = policy[severity][certificateDays.key];
  if (days === false) return null;
  return certificateDays.trend.limitMs(days, { severity, lifetimeMs: untilMs - fromMs });
}

function toDays(ms: DurationMs): number {
  return toMicrosecondPrecision(ms / DAY_MS);
}

/**
 * The regions before the vote: those that see a certificate near its end, and those that saw only
 * others in the window. The rest have no vote.
 */
export function expiryVoters(expiring: Expiring, setup: ExpirySetup): TrendVoter[] {
  const { regions } = setup.window;
  const names = new Set([...Object.keys(expiring), ...Object.keys(regions)]);
  return [...names].sort().map((region) => {
    const own = expiring[region];
    const found = own === undefined ? null : findingOf(own, setup);
    const seesOne = regions[region]?.figures.deep?.certificateUntilMs ?? null;
    const hasVote = found !== null || seesOne !== null;
    return { region, findings: found === null ? [] : [found], isSilent: !hasVote, hasVote };
  });
}

/** The earliest end among them; null if there are none. */
export function firstEnd(expiring: Trends["expiring"]): EpochMs | null {
  const ends = Object.values(expiring ?? {}).map(({ untilMs }) => untilMs);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Those of the regions that are picked. */
export function expiringIn(
  expiring: Trends["expiring"],
  isPicked: (name: RegionName) => boolean,
): Pick<Trends, "expiring"> {
  const kept = Object.entries(expiring ?? {}).filter(([name]) => isPicked(name));
  return kept.length === 0 ? {} : { expiring: Object.fromEntries(kept) };
}
