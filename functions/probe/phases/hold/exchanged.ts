import type { Socket } from "node:net";
import type { ResultFigures } from "../../../../shared/result/result.ts";
import type { Session } from "../session/session.ts";

/** Counts what is exchanged over a held connection. */
export type ExchangedFigures = Pick<
  ResultFigures,
  "sentBytes" | "receivedBytes" | "sentMessages" | "receivedMessages"
>;

/** What was exchanged since the last sample: each sample has its own part, so that they add up. */
export class Exchanged {
  readonly #session: Session;
  readonly #stream: Pick<Socket, "bytesRead" | "bytesWritten">;
  #told: ExchangedFigures;

  constructor(session: Session, stream: Pick<Socket, "bytesRead" | "bytesWritten">) {
    this.#session = session;
    this.#stream = stream;
    this.#told = this.#inAll();
  }

  /** The figures since the last call. */
  take(): ExchangedFigures {
    const now = this.#inAll();
    const before = this.#told;
    this.#told = now;
    return {
      sentBytes: now.sentBytes - before.sentBytes,
      receivedBytes: now.receivedBytes - before.receivedBytes,
      sentMessages: now.sentMessages - before.sentMessages,
      receivedMessages: now.receivedMessages - before.receivedMessages,
    };
  }

  #inAll(): ExchangedFigures {
    const { channel, receivedMessages } = this.#session;
    return {
      sentBytes: this.#stream.bytesWritten,
      receivedBytes: this.#stream.bytesRead,
      sentMessages: channel.sentMessages,
      receivedMessages,
    };
  }
}
