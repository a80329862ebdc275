import type { Socket } from "node:net";
import type { DurationMs } from "../../../shared/units.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import type { Handshake } from "./time-handshake.ts";

/** A reason that is no error: to make one would cost as much as half a check. */
const CLOSED = "closed";

/** What an open connection asks of the attempt that opened it. */
interface Opening {
  readonly isOpen: boolean;
  openStream(): Socket;
  leftMs(): DurationMs;
  finish(handshake: Handshake): void;
}

/** An attempt whose handshake is complete. */
export class Opened implements OpenConnection, Connection {
  readonly descriptor: number;
  readonly handshake: Handshake;
  readonly #attempt: Opening;
  /** Both are made only when they are asked for: most checks are over before that. */
  #controller: AbortController | undefined;
  #stream: Socket | undefined;

  constructor(attempt: Opening, descriptor: number, handshake: Handshake) {
    this.#attempt = attempt;
    this.descriptor = descriptor;
    this.handshake = handshake;
  }

  get isOpen(): boolean {
    return this.#attempt.isOpen;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (!this.isOpen) this.#controller.abort(CLOSED);
    return this.#controller.signal;
  }

  openStream(): Socket {
    this.#stream ??= this.#attempt.openStream();
    return this.#stream;
  }

  leftMs(): DurationMs {
    return this.#attempt.leftMs();
  }

  close(): void {
    this.#attempt.finish(this.handshake);
  }

  /** The attempt says that its user may not use it any more. */
  closed(): void {
    this.#controller?.abort(CLOSED);
  }
}
