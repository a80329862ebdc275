import http, { type ClientRequest, type RequestOptions } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { hash32 } from "../../../shared/hash.ts";
import { between, oneOf, type Random, randomOf } from "../../random.ts";

/** How long a call that hangs is held back, by the machine's clock. */
const LONGEST_HANG_MS = 1_500;

type Breaker = (request: ClientRequest, random: Random) => void;

/** Ways in which a call goes wrong. The caller sees a lost connection, or waits. */
const BREAKERS: readonly Breaker[] = [cutBefore, cutAfter, cutWithin, hang];

/** What is wrong with calls at the moment. */
export interface BrokenCalls {
  /** One in so many goes wrong; none if it is null. */
  readonly oneCallIn: () => number | null;
  /** None reaches its server. */
  readonly isCut: () => boolean;
}

/** Breaks this thread's HTTP calls. */
export function breakCalls(seed: string, { oneCallIn, isCut }: BrokenCalls): void {
  const plain = http.request;
  const random = randomOf(hash32(`${seed} calls`));
  const request = (options: RequestOptions, ...rest: []): ClientRequest => {
    const made = plain(options, ...rest);
    const many = oneCallIn();
    if (isCut()) cutBefore(made);
    else if (many !== null && random() * many < 1) oneOf(random, BREAKERS)(made, random);
    return made;
  };
  http.request = request as typeof http.request;
  syncBuiltinESMExports();
}

function lost(): Error {
  return Object.assign(new Error("the connection was lost"), { code: "ECONNRESET" });
}

/** It never reaches the server. */
function cutBefore(request: ClientRequest): void {
  setImmediate(() => request.destroy(lost()));
}

/** The server has done what it was asked, and the answer is lost. */
function cutAfter(request: ClientRequest): void {
  request.prependOnceListener("response", () => request.destroy(lost()));
}

/** The body ends in the middle. */
function cutWithin(request: ClientRequest): void {
  request.end = ((body?: unknown) => {
    if (typeof body === "string" || body instanceof Uint8Array) {
      request.write(body.slice(0, Math.floor(body.length / 2)));
    }
    setTimeout(() => request.destroy(lost()), 100);
    return request;
  }) as typeof request.end;
}

function hang(request: ClientRequest, random: Random): void {
  const end = request.end.bind(request);
  request.end = ((...given: []) => {
    setTimeout(() => end(...given), between(random, 0, LONGEST_HANG_MS));
    return request;
  }) as typeof request.end;
}
