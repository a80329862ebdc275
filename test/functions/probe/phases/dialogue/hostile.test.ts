import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { ProbeFacts } from "../../../../../functions/probe/probers/probers.ts";
import {
  connectOnce,
  createConnect,
  leanestDial,
} from "../../../../../functions/probe/socket/socket.ts";
import { StallWatch, userClock, WATCHES } from "../../../../../functions/probe/timing/timing.ts";
import type { DialogueStep } from "../../../../../shared/task/task.ts";
import { startTcpServer } from "../../../../fakes/tcp-server.ts";
import { expecting, probe, type Serve, says, talk } from "./rig.ts";

/** Sends the same again and again, as fast as it is read, until the peer goes. */
function floods(bytes: Buffer): Serve {
  return (socket) => {
    const pour = () => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on("drain", pour);
    pour();
  };
}

/** Sends one byte each so many milliseconds. */
function drips(everyMs: number): Serve {
  return (socket: Socket) => {
    const timer = setInterval(() => socket.write("x"), everyMs);
    socket.on("close", () => clearInterval(timer));
  };
}

const kindOf = ({ outcome, errorCode }: ProbeFacts) => [outcome, errorCode];

describe("a dialogue with a hostile server", () => {
  const steps = [expecting("^220 ready")];

  it("ends after 64 KiB of a banner that has no end", async (t) => {
    const facts = await talk(t, floods(Buffer.from("220-and on\r\n".repeat(90))), steps);
    assert.deepEqual(kindOf(facts), ["unexpected_answer", "NO_MATCH_IN_64_KIB"]);
    assert.equal(facts.detail?.answer?.length, 120);
  });

  it("reads no more of a gigabyte than it keeps", async (t) => {
    const facts = await talk(t, floods(Buffer.alloc(1_048_576)), steps);
    assert.deepEqual(kindOf(facts), ["unexpected_answer", "NO_MATCH_IN_64_KIB"]);
    assert.ok((facts.figures?.receivedBytes ?? 0) < 512 * 1_024);
  });

  it("ends in time if a byte comes now and then", async (t) => {
    const beganMs = performance.now();
    const facts = await talk(t, drips(20), steps, { timeoutMs: 400 });
    assert.deepEqual(kindOf(facts), ["unexpected_answer", "NO_MATCH_IN_TIME"]);
    assert.ok(performance.now() - beganMs < 2_000);
  });

  it("takes zeros and broken UTF-8 for what they are", async (t) => {
    const bytes = Buffer.from("00c328a0ffed9f00f4908080e2820d0a", "hex");
    const facts = await talk(t, says(bytes), steps, { timeoutMs: 400 });
    assert.deepEqual(kindOf(facts), ["unexpected_answer", "NO_MATCH_IN_TIME"]);
    assert.equal(facts.detail?.answer, "..(.............");
    const found = await talk(t, says(bytes), [expecting("(?s)\\x00.\\(.*\r\n")]);
    assert.equal(found.outcome, "open");
  });

  it("does not grow with many short answers", async (t) => {
    const many = Array.from({ length: 200 }, () => expecting("\n"));
    assert.equal((await talk(t, says("\n".repeat(200)), many)).outcome, "open");
  });
});

/** A process that sends 64 KiB in single bytes, as fast as it can, to whoever connects. */
const CRUMBLER = `
  const net = require("node:net");
  const server = net.createServer((socket) => {
    socket.setNoDelay(true).on("error", () => socket.destroy());
    let left = 70000;
    const more = () => {
      for (let i = 0; i < 40 && left > 0 && !socket.destroyed; i++, left--) socket.write("ab"[left % 2]);
      if (left > 0 && !socket.destroyed) setImmediate(more);
    };
    more();
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

async function startCrumbler(t: TestContext): Promise<number> {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child: ChildProcess = spawn(process.execPath, ["-e", CRUMBLER], { stdio: [...stdio] });
  t.after(() => child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("No output");
  const [line] = await once(child.stdout, "data");
  return Number(line);
}

/** The share of plain checks beside a dialogue whose times a stall may have spoiled. */
async function suspectShare(t: TestContext, dialogue: () => Promise<ProbeFacts>): Promise<number> {
  const target = await startTcpServer();
  t.after(() => target.close());
  const stalls = new StallWatch(WATCHES.kernel);
  const connect = createConnect({ clock: userClock, stalls, dial: leanestDial() });
  const request = { address: "127.0.0.1", port: target.port, timeoutMs: 5_000 };
  let isOver = false;
  const ended = dialogue().finally(() => {
    isOver = true;
  });
  stalls.start(performance.now());
  const ticks = setInterval(() => stalls.see(performance.now()), stalls.watch.tickMs);
  const marks: boolean[] = [];
  while (!isOver) {
    const result = await connectOnce(connect, request, new AbortController().signal);
    assert.equal(result?.kind, "open");
    if (result?.kind === "open") marks.push(result.handshake.suspect);
  }
  clearInterval(ticks);
  assert.deepEqual(kindOf(await ended)[0], "unexpected_answer");
  assert.ok(marks.length > 50, `${marks.length} checks`);
  return marks.filter((isSuspect) => isSuspect).length / marks.length;
}

describe("plain checks beside a nasty pattern on an answer in single bytes", () => {
  it("keep their time as beside a simple one", async (t) => {
    const port = await startCrumbler(t);
    const beside = (steps: readonly DialogueStep[]) =>
      suspectShare(t, () => probe(port, { dialogue: { steps } }, { timeoutMs: 1_500 }));
    const simple = await beside([expecting("!")]);
    const nasty = await beside([
      { kind: "reject", pattern: "(a|aa|b)+[xy]" },
      expecting("(a?b?){80}!"),
    ]);
    // Other processes stall this one too, so that neither is 0.
    assert.ok(nasty < simple + 0.25, `${nasty} of all are suspect, and else ${simple}`);
  });
});
