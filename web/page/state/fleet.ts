import type { BoardsRecord, EventRow, OverviewRecord } from "../../records/records.ts";
import { changesBetween } from "../words/changes.ts";
import { createStore } from "./store.ts";

/** How the page hears of news. */
export type Link = "connecting" | "live" | "polling" | "lost";

/** What the page knows of the fleet. */
export interface FleetState {
  readonly overview: OverviewRecord | null;
  readonly boards: BoardsRecord | null;
  readonly link: Link;
  /** When the server was last heard of. */
  readonly heardAtMs: number | null;
  /** Why nothing could be read; null if it could. */
  readonly problem: string | null;
  /** The newest event that came while somebody looked. */
  readonly latestEvent: EventRow | null;
  /** What to read out to whoever does not see the page. */
  readonly announcement: string;
  /** How far the server's clock is before the browser's. */
  readonly clockAheadMs: number;
}

/** The one store of the page. */
export const fleet = createStore<FleetState>({
  overview: null,
  boards: null,
  link: "connecting",
  heardAtMs: null,
  problem: null,
  latestEvent: null,
  announcement: "",
  clockAheadMs: 0,
});

/** An answer is overtaken by so much at most. One that is further back is of a clock that was set back. */
const OVERTAKEN_MS = 60_000;

/** Takes a new overview, unless a newer one overtook it. */
export function takeOverview(overview: OverviewRecord): void {
  const behindMs = (fleet.get().overview?.nowMs ?? 0) - overview.nowMs;
  if (behindMs > 0 && behindMs < OVERTAKEN_MS) return;
  const said = changesBetween(fleet.get().overview, overview);
  fleet.set({
    overview,
    clockAheadMs: overview.nowMs - Date.now(),
    ...(said !== "" && { announcement: said }),
  });
}

/** The server's time now. */
export function serverNowMs(): number {
  return Date.now() + fleet.get().clockAheadMs;
}
