import type { Socket } from "node:net";

/** Where a socket connects to: a vetted literal, so no look-up is made. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
}

/** A socket that was dialled. */
export interface DialledSocket {
  /** Closes it at once, and a socket that is connected to itself with a reset: its port is free again. */
  close(): void;
  /**
   * Sends a FIN and reads off what comes, until the listener is told that it has drained. Then, or
   * earlier if its user does not want to wait, it is closed.
   */
  drain(): void;
  /** The open connection as a stream, which owns the socket from now on. Called once at most. */
  openStream(): Socket;
}

/** Is told how a connect goes. It ignores what comes after it closed the connection, and does not throw. */
export interface DialListener {
  /** The system call follows at once; comes before `dial` returns or later. */
  begun(): void;
  /**
   * Comes after `dial` has returned, with the file descriptor, or -1 if Node hides it. `wasReset`: the
   * handshake was completed, and the peer has reset the connection since.
   */
  opened(descriptor: number, wasReset: boolean): void;
  /**
   * Comes after `dial` has returned; after `opened` it says what ended the open connection. `isLocal`:
   * the system call itself failed, so that no packet was sent.
   */
  failed(code: string, isLocal: boolean): void;
  /** After `drain`: the peer has sent its FIN, or a reset, or more than is read off. */
  drained(wasReset: boolean): void;
}

/** Begins to connect. If it throws, this connect has failed and nothing else. */
export type Dial = (target: DialTarget, listener: DialListener) => DialledSocket;
