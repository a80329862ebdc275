import { useEffect, useState } from "preact/hooks";
import { serverNowMs } from "./fleet.ts";

/** The server's time, and again every few seconds, for texts as `7 min ago`. */
export function useNow(everyMs = 5_000): number {
  const [nowMs, setNowMs] = useState(serverNowMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
