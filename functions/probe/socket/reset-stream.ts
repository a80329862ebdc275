import { Socket } from "node:net";
import { constants } from "node:os";

/**
 * The stream of a connection that the peer has reset before anybody looked: it ends with that reset.
 * The system has told it once already, and would show a polite end, or none, to whoever reads.
 */
export function resetStream(): Socket {
  const error = new Error("The connection was reset");
  const errno = -constants.errno.ECONNRESET;
  return new Socket().destroy(Object.assign(error, { code: "ECONNRESET", errno, syscall: "read" }));
}
