import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { createEventBridgeClient } from "../../functions/adapters/eventbridge/eventbridge.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import type { LimitedBus } from "./limited-bus.ts";
import type { Answer, LimitedDatabase } from "./limited-database.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** CPU of the SDK for one request on the aggregator's one core, rounded up from `bench/aggregate`. */
const REQUEST_CPU_MS: DurationMs = 0.5;

/** A call within the region takes so long, and up to this much more. */
const LATENCY_MS: DurationMs = 4;
const LATENCY_SPREAD_MS: DurationMs = 8;

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a process in Lambda reaches, and how long it may live. */
export interface LambdaSetup {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly database: LimitedDatabase;
  readonly bus: LimitedBus;
}

/** One process: a core that does one thing at a time, and calls that end with it. */
export class LambdaProcess {
  readonly #setup: LambdaSetup;
  #coreFreeAtMs: EpochMs = 0;
  #isAlive = true;

  constructor(setup: LambdaSetup) {
    this.#setup = setup;
  }

  /** Ends the process where it stands: no call of it is answered, and none is made any more. */
  kill(): void {
    this.#isAlive = false;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Takes the core for a time, after what it has to do already. */
  async compute(ms: DurationMs): Promise<void> {
    const { time } = this.#setup;
    this.#coreFreeAtMs = Math.max(this.#coreFreeAtMs, time.now()) + ms;
    await time.sleep(this.#coreFreeAtMs - time.now());
    if (!this.#isAlive) await never();
  }

  dynamoDb(region: string, waiting: Parameters<typeof createDynamoDbClient>[2] = {}) {
    return createDynamoDbClient(region, this.#clientFor("dynamodb"), waiting);
  }

  eventBridge(region: string) {
    return createEventBridgeClient(region, this.#clientFor("events"));
  }

  #clientFor(service: "dynamodb" | "events") {
    return {
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
      requestHandler: {
        handle: (request: HttpRequest) => this.#send(service, request),
        destroy: () => undefined,
      },
    };
  }

  async #send(service: "dynamodb" | "events", { headers, body }: HttpRequest) {
    const { time, random, database, bus } = this.#setup;
    await this.compute(REQUEST_CPU_MS);
    const halfMs = (LATENCY_MS + random() * LATENCY_SPREAD_MS) / 2;
    await time.sleep(halfMs);
    if (!this.#isAlive) await never();
    const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    const request = JSON.parse(text);
    const answer = service === "events" ? bus.put(request) : database.perform(operation, request);
    await time.sleep(halfMs);
    if (!this.#isAlive) await never();
    return { response: responseOf(answer) };
  }
}

function responseOf({ status, document }: Answer) {
  return {
    statusCode: status,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: Buffer.from(JSON.stringify(document)),
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
