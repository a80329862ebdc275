import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProbeFacts } from "../../../../../functions/probe/probers/probers.ts";
import type { HoldSettings } from "../../../../../shared/task/task.ts";
import { endOf, type HeldOnce, holdOnce, startTalking } from "./hold-once.ts";

const HOLD: HoldSettings = { holdMs: 5_000 };
const GOODBYE: HoldSettings["goodbye"] = [
  { kind: "send", text: "QUIT\r\n" },
  { kind: "expect", pattern: "^221 |^421 " },
];

async function holdWith(
  t: TestContext,
  hold: HoldSettings,
  talk: (socket: Socket) => void,
): Promise<HeldOnce & { readonly heard: readonly string[] }> {
  const server = await startTalking(talk);
  t.after(() => server.close());
  return { ...(await holdOnce(server.port, hold)), heard: server.heard };
}

function statesOf({ detail }: ProbeFacts): string[] {
  return (detail?.holdSteps ?? []).map(({ state }) => state);
}

/** Does something a little after the connection was established. */
function soon(act: () => void): void {
  setTimeout(act, 60);
}

describe("a held connection that its peer ends", () => {
  /** What the peer does, what the task knows of goodbyes, and what is told. */
  const ENDS: readonly {
    readonly name: string;
    readonly hold?: HoldSettings;
    readonly act: (socket: Socket) => void;
    readonly end: string;
    readonly code: "FIN" | "RST";
    readonly answer?: string;
  }[] = [
    { name: "with a FIN", act: (socket) => socket.end(), end: "fin", code: "FIN" },
    { name: "with a reset", act: (socket) => socket.resetAndDestroy(), end: "reset", code: "RST" },
    {
      name: "with a FIN after words, where no goodbye is known",
      act: (socket) => socket.end("421 idle\r\n"),
      end: "fin",
      code: "FIN",
      answer: "421 idle..",
    },
    {
      name: "with its goodbye",
      hold: { ...HOLD, goodbye: GOODBYE },
      act: (socket) => socket.end("421 idle\r\n"),
      end: "goodbye",
      code: "FIN",
      answer: "421 idle..",
    },
    {
      name: "without the goodbye that it would say",
      hold: { ...HOLD, goodbye: GOODBYE },
      act: (socket) => socket.end(),
      end: "violated",
      code: "FIN",
    },
    {
      name: "with a reset although it would say goodbye",
      hold: { ...HOLD, goodbye: GOODBYE },
      act: (socket) => socket.resetAndDestroy(),
      end: "violated",
      code: "RST",
    },
    {
      name: "with a goodbye of bytes, behind other bytes",
      hold: { ...HOLD, goodbye: [{ kind: "expect_hex", hex: "02ff" }] },
      act: (socket) => socket.end(Buffer.from("410102ff", "hex")),
      end: "goodbye",
      code: "FIN",
      answer: "A...",
    },
  ];
  for (const { name, hold = HOLD, act, end, code, answer } of ENDS) {
    it(`fails ${name}`, async (t) => {
      const once = await holdWith(t, hold, (socket) => soon(() => act(socket)));
      assert.equal(once.established?.outcome, "open");
      assert.equal(once.established?.heldMs, 0);
      const facts = await endOf(once);
      const { outcome, errorCode, detail, figures } = facts;
      assert.deepEqual([outcome, errorCode, detail?.failedPhase], ["closed_early", code, "hold"]);
      assert.equal(detail?.holdEnd, end);
      if (answer !== undefined) assert.equal(detail?.answer, answer);
      assert.ok((figures?.heldMs ?? 0) > 20 && (figures?.heldMs ?? 0) < 4_000);
      const violated = end === "violated" ? ["violated"] : [];
      assert.deepEqual(statesOf(facts), ["active", ...violated, "terminating", "terminated"]);
    });
  }

  it("fails when the process of the server is killed, and its connection is given back", async (t) => {
    const code = `
      const server = require("node:net").createServer((socket) => socket.resume());
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));
    `;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    const [line] = await once(child.stdout, "data");
    const held = await holdOnce(Number(line), HOLD);
    assert.deepEqual([held.pacer.openCount, held.pacer.heldCount], [1, 1]);
    child.kill("SIGKILL");
    const facts = await endOf(held);
    assert.equal(facts.outcome, "closed_early");
    assert.ok(["fin", "reset"].includes(facts.detail?.holdEnd ?? ""), "as the kernel has it");
    await sleep(20);
    assert.deepEqual([held.pacer.openCount, held.pacer.heldCount], [0, 0]);
  });
});

describe("a held connection that is kept alive", () => {
  const PING: HoldSettings = {
    holdMs: 1_500,
    keepalive: {
      everyMs: 400,
      steps: [
        { kind: "send", text: "PING\r\n" },
        { kind: "reject", pattern: "^-ERR" },
        { kind: "expect", pattern: "^PONG" },
      ],
    },
    goodbye: GOODBYE,
  };

  const answering = (pong: string) => (socket: Socket) =>
    void socket.on("data", (bytes) => {
      if (String(bytes).startsWith("PING")) socket.write(pong);
      if (String(bytes).startsWith("QUIT")) socket.end("221 bye\r\n");
    });

  it("is held to its end and says goodbye", async (t) => {
    const held = await holdWith(t, PING, answering("PONG\r\n"));
    await sleep(600);
    const first = held.held.holding.sample();
    const facts = await endOf(held);
    assert.equal(facts.outcome, "open", JSON.stringify(facts));
    assert.equal(facts.detail?.holdEnd, "ours");
    assert.deepEqual(statesOf(facts), ["active", "terminating", "terminated"]);
    assert.equal(held.heard.join("").endsWith("QUIT\r\n"), true);
    const pings = held.heard.join("").split("PING").length - 1;
    const sum = (field: "sentMessages" | "receivedMessages" | "sentBytes" | "receivedBytes") =>
      (first.figures?.[field] ?? 0) + (facts.figures?.[field] ?? 0);
    assert.ok(pings >= 3);
    assert.equal(sum("sentMessages"), pings + 1, "each sample has its own part");
    assert.equal(sum("receivedMessages"), pings + 1);
    assert.equal(sum("sentBytes"), 6 * (pings + 1));
    assert.equal(sum("receivedBytes"), 6 * pings + 9);
  });

  it("fails by silence if no answer comes in time, as from a process that is stopped", async (t) => {
    const held = await holdWith(t, { ...PING, holdMs: 5_000 }, () => undefined);
    const { outcome, detail } = await endOf(held);
    assert.deepEqual(
      [outcome, detail?.failedPhase, detail?.holdEnd],
      ["no_answer", "hold", "silence"],
    );
  });

  it("fails by an answer that the task rejects", async (t) => {
    const held = await holdWith(t, { ...PING, holdMs: 5_000 }, answering("-ERR rate limit\r\n"));
    const { outcome, detail } = await endOf(held);
    assert.deepEqual([outcome, detail?.holdEnd], ["rejected", "answer"]);
    assert.equal(detail?.answer, "-ERR rate limit..");
  });

  it("fails as closed if the peer ends it instead of an answer", async (t) => {
    const held = await holdWith(t, { ...PING, holdMs: 5_000, goodbye: [] }, (socket) =>
      socket.once("data", () => socket.end()),
    );
    const { outcome, errorCode, detail } = await endOf(held);
    assert.deepEqual([outcome, errorCode, detail?.holdEnd], ["closed_early", "FIN", "fin"]);
    assert.ok((detail?.holdIdleMs ?? 5_000) < 2_000);
  });

  it("is told to end: it says goodbye at once", async (t) => {
    const held = await holdWith(t, { ...PING, holdMs: 60_000 }, answering("PONG\r\n"));
    held.held.holding.stop();
    const { outcome, detail } = await endOf(held);
    assert.deepEqual([outcome, detail?.holdEnd], ["open", "ours"]);
    assert.ok(held.heard.join("").includes("QUIT"));
  });

  it("fails at its own end if the peer does not say the goodbye that is expected", async (t) => {
    const hold = { holdMs: 50, goodbye: GOODBYE };
    const held = await holdWith(t, hold, (socket) =>
      socket.once("data", () => socket.end("500\r\n")),
    );
    const { outcome, detail } = await endOf(held);
    assert.equal(outcome !== "open", true);
    assert.deepEqual([detail?.failedPhase, detail?.holdEnd], ["hold", "ours"]);
  });
});

describe("a held connection", () => {
  it("reads off what comes unasked, and no more than it can bear", async (t) => {
    const flood = Buffer.alloc(256 * 1_024, "x");
    const held = await holdWith(t, { holdMs: 700 }, (socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(flood));
      };
      socket.on("drain", pour);
      pour();
    });
    const { outcome, figures } = await endOf(held);
    assert.equal(outcome, "open");
    assert.ok((figures?.receivedBytes ?? 0) < 2_000_000, String(figures?.receivedBytes));
  });

  it("goes on when the run that has made its check is over", async (t) => {
    const held = await holdWith(t, { holdMs: 300 }, () => undefined);
    held.endRun();
    await sleep(50);
    const { outcome, figures } = await endOf(held);
    assert.equal(outcome, "open");
    assert.ok((figures?.heldMs ?? 0) >= 299);
  });
});
