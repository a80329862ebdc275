import type { BoardsRecord, EventRow, OverviewRecord } from "../../records/records.ts";
import { readRecord } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import { fleet, type Link, takeOverview } from "./fleet.ts";

const POLL_EVERY_MS = 10_000;

/** The strips of the overview show so many hours. */
const STRIP_HOURS = 3;

/** Reads the fleet, then listens for news, and polls while there is nobody to listen to. */
export function startLive(): void {
  let failedCount = 0;
  let source: EventSource | null = null;
  const listen = () => {
    source?.close();
    source = openSource({
      onOpen: () => {
        // What came while nobody listened is read.
        if (failedCount > 0) void refresh();
        failedCount = 0;
      },
      onFail: () => {
        failedCount += 1;
        setTimeout(listen, backoffMs(failedCount, Math.random()));
      },
    });
  };
  void refresh();
  listen();
  setInterval(() => void (fleet.get().link !== "live" && refresh()), POLL_EVERY_MS);
  // A browser keeps pages that were left, and opens only six connections to a server.
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", ({ persisted }) => persisted && listen());
}

/** Listens for news until the connection fails. */
function openSource({ onOpen, onFail }: { onOpen: () => void; onFail: () => void }): EventSource {
  const source = new EventSource("/api/live");
  source.onopen = () => {
    heard("live");
    onOpen();
  };
  source.onerror = () => {
    source.close();
    if (fleet.get().link === "live") fleet.set({ link: "polling" });
    onFail();
  };
  source.addEventListener("overview", ({ data }) => {
    heard("live");
    takeOverview(JSON.parse(data) as OverviewRecord);
  });
  source.addEventListener("board", () => void readBoards().catch(lost));
  source.addEventListener("event", ({ data }) => {
    heard("live");
    fleet.set({ latestEvent: JSON.parse(data) as EventRow });
  });
  return source;
}

/** Reads everything that the overview shows. */
export async function refresh(): Promise<void> {
  try {
    const [overview] = await Promise.all([
      readRecord<OverviewRecord>("/api/overview"),
      readBoards(),
    ]);
    takeOverview(overview);
    heard(fleet.get().link === "live" ? "live" : "polling");
  } catch (error) {
    lost(error);
  }
}

async function readBoards(): Promise<void> {
  fleet.set({ boards: await readRecord<BoardsRecord>("/api/boards", { hours: STRIP_HOURS }) });
}

function heard(link: Link): void {
  fleet.set({ link, heardAtMs: Date.now(), problem: null });
}

function lost(error: unknown): void {
  const problem = error instanceof Error ? error.message : `${error}`;
  fleet.set({ link: "lost", problem });
}
