import type { Socket } from "node:net";
import { codeOf } from "../classify/classify.ts";
import { MOST_DRAINED_BYTES, wasOpen } from "./after-handshake.ts";

/**
 * Sends a FIN after what is still to be written, and reads off what comes. It tells once that the
 * peer has sent its FIN or a reset, or more than is read off; the caller then destroys the stream.
 */
export function drainStream(stream: Socket, drained: (wasReset: boolean) => void): void {
  let isDrained = false;
  const end = (wasReset: boolean) => {
    if (isDrained) return;
    isDrained = true;
    drained(wasReset);
  };
  if (stream.destroyed || stream.readableEnded) return void end(false);
  let drainedBytes = 0;
  stream.on("data", (bytes) => {
    drainedBytes += bytes.length;
    if (drainedBytes > MOST_DRAINED_BYTES) end(false);
  });
  stream.once("end", () => end(false));
  stream.once("error", (error) => end(wasOpen(codeOf(error))));
  stream.once("close", () => end(false));
  stream.end();
  stream.resume();
}
