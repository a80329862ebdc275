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

/** Reads a body that must be a JSON object. */
export async function readJsonBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = String(request.headers["content-type"] ?? "")
    .split(";")[0]
    ?.trim();
  if (type !== "application/json")
    throw new HttpProblem(415, "The content-type must be application/json");
  const value = parseJson((await readBody(request)).toString("utf8"));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new HttpProblem(400, "The body must be a JSON object");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem(400, "The body must be JSON");
  }
}

function tooLarge(): HttpProblem {
  return new HttpProblem(413, `The body must have at most ${MOST_BYTES} bytes`);
}
