import { join } from "node:path";
import type { DiskWatch } from "../disk/disk-report.ts";
import { Notifier } from "./notifier.ts";
import { send } from "./send.ts";

/** What a notifier of this machine needs. */
export interface NotifierSetup {
  readonly dataDir: string;
  readonly warn: (sentence: string) => void;
  readonly disk: DiskWatch;
  /** Where the page of this machine is; null if there is none. */
  readonly pageUrl: () => string | null;
}

/** A notifier that sends over the network and keeps what waits in the data folder. */
export function startNotifier({ dataDir, warn, disk, pageUrl }: NotifierSetup): Notifier {
  return new Notifier(join(dataDir, "notify.jsonl"), {
    ...{ now: Date.now, random: Math.random, send, warn, disk },
    wakeAfter: (ms, wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    },
    pageUrl,
  });
}
