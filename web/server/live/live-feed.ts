import type { ServerResponse } from "node:http";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { EventRow } from "../../records/records.ts";
import { LiveClients } from "./live-clients.ts";
import type { SharedOverview } from "./shared-overview.ts";

/** What a feed looks at, and how often. */
export interface FeedSetup {
  readonly overview: SharedOverview;
  /** New events, the oldest first, each once. */
  readonly readNewEvents: () => Promise<readonly EventRow[]>;
  /** How long it waits for news if nobody tells of any. */
  readonly pollMs: DurationMs;
  readonly warn: (sentence: string) => void;
}

const BEAT_MS: DurationMs = 15 * SECOND_MS;

/** What belongs together comes within this time. */
const SOON_MS: DurationMs = 300;

/** Looks for news while somebody listens, and sends what has changed. */
export class LiveFeed {
  readonly #setup: FeedSetup;
  readonly #clients = new LiveClients((count) => this.#follow(count));
  #timer: NodeJS.Timeout | null = null;
  #beats: NodeJS.Timeout | null = null;
  #sentVersion: string | null = null;
  #judgedToMs: EpochMs | null = null;
  #isLooking = false;
  #isClosed = false;
  #looksSoon = false;
  /** The readings of the overview that had begun when something happened the last time. */
  #oldCount = 0;

  constructor(setup: FeedSetup) {
    this.#setup = setup;
  }

  /** Begins to send to a client; throws HttpProblem if there are too many. */
  listen(response: ServerResponse, isCompressed: boolean): void {
    this.#clients.add(response, isCompressed);
  }

  /** Something has happened: it is looked for soon. */
  poke(): void {
    this.#oldCount = this.#setup.overview.begunCount;
    // News that come without a pause put nothing off.
    if (this.#timer === null || this.#isLooking || this.#looksSoon) return;
    this.#looksSoon = true;
    this.#lookIn(SOON_MS);
  }

  /** An event that is known before it can be read. */
  tell(event: EventRow): void {
    this.#clients.send("event", JSON.stringify(event));
    this.poke();
  }

  /** Ends all connections. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#clients.close();
  }

  #follow(count: number): void {
    if (count === 0) this.#stop();
    else if (this.#timer === null && !this.#isClosed) this.#start();
  }

  #start(): void {
    this.#beats = setInterval(() => this.#clients.beat(), BEAT_MS);
    this.#lookIn(0);
  }

  #stop(): void {
    clearTimeout(this.#timer ?? undefined);
    clearInterval(this.#beats ?? undefined);
    this.#timer = null;
    this.#beats = null;
    this.#looksSoon = false;
  }

  #lookIn(ms: DurationMs): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#looksSoon = false;
    let isOld = false;
    try {
      isOld = (await this.#sendNews()) <= this.#oldCount;
    } catch (error) {
      this.#setup.warn(`The page could not read the fleet: ${String(error)}`);
    } finally {
      this.#isLooking = false;
    }
    const { pollMs, overview } = this.#setup;
    if (this.#timer !== null) this.#lookIn(isOld ? overview.gapMs : pollMs);
  }

  /** Gives the count of the reading that it sent. */
  async #sendNews(): Promise<number> {
    const [{ record, version, content, count }, events] = await Promise.all([
      this.#setup.overview.get(),
      this.#setup.readNewEvents(),
    ]);
    for (const event of events) this.#clients.send("event", JSON.stringify(event));
    const { judgedToMs } = record;
    if (judgedToMs !== this.#judgedToMs) {
      this.#clients.send("board", JSON.stringify({ toMs: judgedToMs }));
    }
    if (version !== this.#sentVersion) this.#clients.send("overview", content.bytes.toString());
    this.#judgedToMs = judgedToMs;
    this.#sentVersion = version;
    return count;
  }
}
