import type { IncomingMessage } from "node:http";
import { HttpProblem } from "./problem.ts";

const MOST_BYTES = 16 * 1024;

/** Reads a whole body; throws HttpProblem as soon as it is too large. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) {
      reject(tooLarge());
      return;
    }
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) reject(tooLarge());
      else parts.push(part);
    });
    request.on("end", () => resolve(Buffer.concat(parts)));
    request.on("error", reject);
    request.on("close", () => reject(new HttpProblem(400, "The body ended too early")));
  });
}

function tooLarge(): HttpProblem {
  return new HttpProblem(413, `The body must have at most ${MOST_BYTES} bytes`);
}
