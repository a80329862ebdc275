type Result = Readonly<Record<string, unknown>>;

const NOTES: readonly ((row: Result) => string | null)[] = [
  ({ error }) => (typeof error === "string" ? error : null),
  ({ syn_retransmits: count }) =>
    isMoreThan(count, 0) ? `SYN sent again ${count === 1 ? "once" : `${count} times`}` : null,
  ({ attempts }) => (isMoreThan(attempts, 1) ? `${attempts} attempts` : null),
  ({ recheck }) => (recheck === true ? "recheck" : null),
  ({ suspect }) =>
    suspect === true ? "the probe stalled, so that its times can't be trusted" : null,
  ({ icmp_error }) => (icmp_error === true ? "refused by ICMP" : null),
  ({ closed_by_peer }) => (closed_by_peer === true ? "reset right after the handshake" : null),
  ({ failed_phase: phase }) => (typeof phase === "string" ? `in phase ${phase}` : null),
];

/** What else there is to know of a result. */
export function noteOf(row: Result): string {
  return NOTES.flatMap((note) => note(row) ?? []).join("; ");
}

function isMoreThan(value: unknown, least: number): boolean {
  return typeof value === "number" && value > least;
}
