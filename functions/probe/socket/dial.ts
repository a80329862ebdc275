/** Where a socket connects to: a vetted literal, so no look-up is made. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
}

/**
 * Told how a connect goes: begun while it is dialled, then, later, opened or failed. It passes over
 * what comes after it hung up, and does not throw.
 */
export interface DialListener {
  /** The system call follows at once. */
  begun(): void;
  /** With the socket's file descriptor, negative where it is not to be had. */
  opened(descriptor: number): void;
  failed(code: string): void;
}

/** A socket that connects, or has. */
export interface Line {
  /** Closes it at once: with a FIN, since a reset can cost a server its life. */
  close(): void;
}

/** Begins to connect. A throw fails this connect and nothing else. */
export type Dial = (target: DialTarget, listener: DialListener) => Line;
