import { agoText, clockText, durationText, exactText } from "../words/time.ts";

/** Since when, as a clock time with how long that is; the exact instant on hover. */
export function Since({ atMs, nowMs }: { atMs: number | null; nowMs: number }) {
  if (atMs === null) return <span class="soft">always</span>;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
      <b>{durationText(nowMs - atMs)}</b> <span class="soft">{clockText(atMs, nowMs)}</span>
    </time>
  );
}

/** How long ago; the exact instant on hover. */
export function Ago({ atMs, nowMs }: { atMs: number | null; nowMs: number }) {
  if (atMs === null) return <span class="soft">never</span>;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
      {agoText(atMs, nowMs)}
    </time>
  );
}

/** The clock time of an instant; the exact one on hover. */
export function At({ atMs, nowMs, hasSeconds = false }: AtProps) {
  if (!Number.isFinite(atMs)) return <span>–</span>;
  const seconds = hasSeconds ? `:${new Date(atMs).toISOString().slice(17, 19)}` : "";
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
      {clockText(atMs, nowMs)}
      {seconds}
    </time>
  );
}

interface AtProps {
  readonly atMs: number;
  readonly nowMs: number;
  readonly hasSeconds?: boolean;
}
