/**
 * Codes of a connect that say that its handshake was completed, and that the peer has reset the
 * connection before anybody looked. A reset in answer to a SYN is ECONNREFUSED; ECONNRESET follows a
 * handshake, and EPIPE a handshake and the peer's FIN. Source: `tcp_reset()` in net/ipv4/tcp_input.c.
 */
const RESET_AFTER_HANDSHAKE = new Set(["ECONNRESET", "EPIPE"]);

/** Whether a connect that ended with this code was open. */
export function wasOpen(code: string): boolean {
  return RESET_AFTER_HANDSHAKE.has(code);
}

/** One end of a connection. */
export interface EndPoint {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Whether a socket is connected to itself. If nothing listens on a port from which this machine also
 * dials, a dial from that very port meets its own SYN (RFC 9293 3.5, simultaneous open).
 */
export function isSameEnd(local: EndPoint, peer: EndPoint): boolean {
  return local.port === peer.port && local.address === peer.address && local.port !== undefined;
}

/** Of what a peer sends after the FIN no more is read off: a peer that sends for ever is cut off. */
export const MOST_DRAINED_BYTES = 64 * 1_024;
