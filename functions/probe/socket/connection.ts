import type { Socket } from "node:net";
import type { DurationMs } from "../../../shared/units.ts";
import type { Handshake } from "./time-handshake.ts";

/** A connection in the hands of whoever asked for it. */
export interface Connection {
  /**
   * Ends it politely: sends a FIN, and reads off what comes until the peer has closed too, for about a
   * round trip. Closed with bytes unread, or with bytes still to come, it would answer with a reset,
   * which can end a server that does not expect one. Then the listener is told that it has `closed`.
   */
  close(): void;
}

/** One connect to make. */
export interface ConnectRequest {
  /** A vetted literal: no look-up is made here. */
  readonly address: string;
  readonly port: number;
  /** Bounds the connect and what is done with the open connection, until that becomes a stream. */
  readonly timeoutMs: DurationMs;
  /** Bounds the handshake alone; absent if that may take the whole time. */
  readonly connectTimeoutMs?: DurationMs;
}

/** A connection whose handshake is complete, and which is open until it is closed. */
export interface OpenConnection {
  /** The socket's file descriptor, or -1 if Node hides it. */
  readonly descriptor: number;
  readonly handshake: Handshake;
  /** False as soon as it is closed, by whatever. */
  readonly isOpen: boolean;
  /** Is aborted when the connection is closed: by its user or its signal, and, unless it is a stream, by its timeout. */
  readonly signal: AbortSignal;
  /**
   * The connection as a stream, the same at each call, for a user that exchanges bytes, and who takes
   * over with it: the connection's timeout does not end it any more, and neither does what the stream
   * tells as its end or error. Listeners are added at once, since it begins to read. It is destroyed
   * when the connection is closed.
   */
  openStream(): Socket;
  /** How much of the request's timeout is left; less than 0 if it is over. */
  leftMs(): DurationMs;
}

/** Is told how a connect goes: it gets one connection, or one end, or the end of that connection. */
export interface ConnectListener {
  /** The listener must close the connection; `connectEnded` follows only if something else ends it first. */
  connected(connection: OpenConnection & Connection): void;
  /** The connection that the listener closed is closed. `wasReset`: the peer has reset it. */
  closed(wasReset: boolean): void;
  /**
   * The socket is closed: by the error of this code, the timeout's being `ETIMEDOUT`, or by the signal if
   * null. `isLocal`: the system call itself failed, so that no packet was sent.
   */
  connectEnded(code: string | null, isLocal: boolean): void;
}

/** Connects. It never throws, and may tell its listener before it returns. */
export type Connect = (
  request: ConnectRequest,
  signal: AbortSignal,
  listener: ConnectListener,
) => void;

/** A completed handshake, or the code of what came instead. */
export type ConnectResult =
  | { readonly kind: "open"; readonly handshake: Handshake; readonly wasReset?: boolean }
  | { readonly kind: "failed"; readonly code: string; readonly isLocal?: boolean };

/** Makes a single connect and closes it; null if the signal ended it. */
export function connectOnce(
  connect: Connect,
  request: ConnectRequest,
  signal: AbortSignal,
): Promise<ConnectResult | null> {
  return new Promise((resolve) => {
    let handshake: Handshake;
    connect(request, signal, {
      connected(connection) {
        handshake = connection.handshake;
        connection.close();
      },
      closed: (wasReset) => resolve({ kind: "open", handshake, wasReset }),
      connectEnded: (code, isLocal) =>
        resolve(code === null ? null : { kind: "failed", code, isLocal }),
    });
  });
}
