import type { ServerResponse } from "node:http";
import { constants, deflateRawSync } from "node:zlib";
import { HttpProblem } from "../http/problem.ts";
import { SECURITY_HEADERS } from "../http/security-headers.ts";

/** Each is a socket and a share of every message. */
const MOST_CLIENTS = 64;

/** A client that is so far behind is dropped: it can ask for what is now. */
const MOST_BEHIND_BYTES = 4 * 1024 * 1024;

const HEADERS = {
  ...SECURITY_HEADERS,
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

/** The head of a gzip stream. Source: RFC 1952, section 2.3. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

interface Client {
  readonly response: ServerResponse;
  readonly isCompressed: boolean;
}

/** Everybody who listens to the fleet. */
export class LiveClients {
  readonly #clients = new Set<Client>();
  readonly #onChange: (count: number) => void;

  /** `onChange` is called when a client comes or goes. */
  constructor(onChange: (count: number) => void) {
    this.#onChange = onChange;
  }

  /** Begins to send to a client; throws HttpProblem if there are too many. */
  add(response: ServerResponse, isCompressed: boolean): void {
    if (this.#clients.size >= MOST_CLIENTS) {
      const headers = { "retry-after": "30" };
      throw new HttpProblem(503, `At most ${MOST_CLIENTS} pages may listen at once`, { headers });
    }
    const client = { response, isCompressed };
    response.writeHead(200, { ...HEADERS, ...(isCompressed && { "content-encoding": "gzip" }) });
    if (isCompressed) response.write(GZIP_HEAD);
    this.#clients.add(client);
    response.once("close", () => {
      this.#clients.delete(client);
      this.#onChange(this.#clients.size);
    });
    this.#write([client], "retry: 2000\n\n");
    this.#onChange(this.#clients.size);
  }

  /** Sends a message to all. Its data is one line, as JSON is. */
  send(event: "overview" | "board" | "event", data: string): void {
    this.#write([...this.#clients], `event: ${event}\ndata: ${data}\n\n`);
  }

  /** Keeps connections open that something in between would close. */
  beat(): void {
    this.#write([...this.#clients], ": here\n\n");
  }

  /** Ends all connections. */
  close(): void {
    for (const { response } of this.#clients) response.end();
  }

  #write(clients: readonly Client[], text: string): void {
    const plain = Buffer.from(text);
    const needsShort = clients.some(({ isCompressed }) => isCompressed);
    const short = needsShort ? partOfStream(plain) : plain;
    for (const { response, isCompressed } of clients) {
      if (response.writableLength > MOST_BEHIND_BYTES) response.destroy();
      else response.write(isCompressed ? short : plain);
    }
  }
}

/**
 * A part that can stand anywhere in a deflate stream, so that it is compressed once for all clients: it
 * ends on a whole byte and refers to nothing before it. Source: zlib manual, Z_FULL_FLUSH.
 */
function partOfStream(bytes: Buffer): Buffer {
  return deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
}
