import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { NO_SECRETS } from "../../../../functions/adapters/secrets/secrets.ts";
import type { Admission, Waiter } from "../../../../functions/probe/admit/admit.ts";
import { CLOSE_AT_ONCE } from "../../../../functions/probe/check/close-at-once.ts";
import { NO_LIMITS } from "../../../../functions/probe/check/no-limits.ts";
import { startCheck } from "../../../../functions/probe/check/start-check.ts";
import { createProbers, type Prober } from "../../../../functions/probe/probers/probers.ts";
import { createConnect, type OpenConnection } from "../../../../functions/probe/socket/socket.ts";
import { StallWatch, systemClock, WATCHES } from "../../../../functions/probe/timing/timing.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { aTask } from "../../../fakes/results.ts";

const TIMEOUT_MS = 5;

/** What the peer and the user of a check do besides. */
interface World {
  readonly stop: () => void;
  /** The peer ends the open connection. */
  readonly reset: () => void;
}

/** Checks a target with this prober, and gives all that happened until well after the end of the check. */
async function check(proberIn: (world: World) => Prober) {
  const stop = new AbortController();
  const told: (ProbeResult | null)[] = [];
  /** How many connections were closed when it was told. */
  const closedBefore: number[] = [];
  const faults: unknown[] = [];
  const connections: OpenConnection[] = [];
  let closeCount = 0;
  let openCount = 0;
  let reset: () => void = () => assert.fail("nothing is connected");
  const prober = proberIn({ stop: () => stop.abort(), reset: () => reset() });
  // Another admission than the pacer: it grants at once and has no rate.
  const admission: Admission = {
    acquire: (waiter: Waiter) => {
      openCount++;
      queueMicrotask(() => waiter.granted("go"));
    },
    hold: () => false,
    release: () => void openCount--,
  };
  const connect = createConnect({
    // With the timer of this process a slow dial would be suspect, and measured again.
    clock: { read: () => ({ connectTimeMs: 1, synRetransmits: 0 }) },
    stalls: new StallWatch(WATCHES.kernel),
    dial: (_, listener) => {
      listener.begun();
      // After the dial returned, and before any timeout.
      queueMicrotask(() => listener.opened(7, false));
      reset = () => listener.failed("ECONNRESET", false);
      return {
        close: () => void closeCount++,
        drain: () => listener.drained(false),
        openStream: () => assert.fail("it has no stream"),
      };
    },
  });
  const task = aTask("t", { timeoutMs: TIMEOUT_MS, target: { hostname: "1.1.1.1", port: 1 } });
  const ended = Promise.withResolvers<void>();
  startCheck(
    { task, taskIndex: 0, slotAtMs: Date.now() },
    {
      clock: systemClock,
      network: {
        resolve: (address) => ({ kind: "resolved", addresses: [address], dnsTimeMs: null }),
        connect,
        close: () => undefined,
      },
      holder: CLOSE_AT_ONCE,
      limiter: NO_LIMITS,
      rules: addressRules([]),
      hasIpv6Route: false,
      admission,
      probers: {
        ...createProbers({ secrets: NO_SECRETS }),
        tcp: (connection, probed) => {
          connections.push(connection);
          assert.equal(probed.task, task);
          assert.equal(probed.clock, systemClock);
          return prober(connection, probed);
        },
      },
      observer: {
        noteGrant: () => undefined,
        noteRemeasured: () => undefined,
        noteProberFault: (fault) => void faults.push(fault),
      },
      signal: stop.signal,
    },
    {
      checked: (_, result) => {
        told.push(result);
        closedBefore.push(closeCount);
        ended.resolve();
      },
      broke: (fault) => assert.fail(String(fault)),
    },
  );
  await ended.promise;
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  const [connection] = connections;
  assert.ok(connection !== undefined && connections.length === 1);
  assert.deepEqual(closedBefore, [1], "it is told once, after the connection is closed");
  return { told, faults, closeCount, openCount, connection };
}

const FAULT = new Error("a prober's fault");
const forever = () => new Promise<never>(() => undefined);

async function closed({ signal }: OpenConnection): Promise<void> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

/** What a prober may return that its type does not allow. */
function unknownFacts(facts: unknown): ReturnType<typeof Object> {
  return facts;
}

function noOutcome(outcome: string): TypeError {
  return new TypeError(`A prober returned the outcome ${outcome}`);
}

const NO_FIGURES = [Number.NaN, -1, Number.POSITIVE_INFINITY, "7", {}, 5n, undefined, 2 ** 60];

/** The type hides it, but the object has it. */
function close(connection: OpenConnection): void {
  Reflect.get(connection, "close").call(connection);
}

/** How a prober may behave, the outcome that its check must have, and what is noted as a fault. */
const CASES: readonly [string, (world: World) => Prober, string | null, readonly unknown[]][] = [
  ["answers at once", () => () => ({ outcome: "open" }), "open", []],
  ["finds at once that it is not open", () => () => ({ outcome: "reset" }), "reset", []],
  ["answers later", () => async () => ({ outcome: "open" }), "open", []],
  ["finds later that it is not open", () => async () => ({ outcome: "reset" }), "reset", []],
  [
    "throws",
    () => () => {
      throw FAULT;
    },
    "internal",
    [FAULT],
  ],
  ["rejects", () => () => Promise.reject(FAULT), "internal", [FAULT]],
  ["hangs", () => forever, "timeout", []],
  [
    "answers after the timeout",
    () => async (connection) => {
      await closed(connection);
      return { outcome: "open" };
    },
    "timeout",
    [],
  ],
  [
    "rejects after the timeout, as a request does that its signal ends",
    () => async (connection) => {
      await closed(connection);
      throw FAULT;
    },
    "timeout",
    [],
  ],
  [
    "waits while the peer ends the connection",
    ({ reset }) =>
      () => {
        queueMicrotask(reset);
        return forever();
      },
    "reset",
    [],
  ],
  [
    "waits while the probe is stopped",
    ({ stop }) =>
      () => {
        queueMicrotask(stop);
        return forever();
      },
    null,
    [],
  ],
  [
    "stops the probe and answers at once",
    ({ stop }) =>
      () => {
        stop();
        return { outcome: "open" };
      },
    null,
    [],
  ],
  [
    "closes the connection itself and answers",
    () => (connection) => {
      close(connection);
      return { outcome: "open" };
    },
    "open",
    [],
  ],
  [
    "returns facts without an outcome",
    () => () => unknownFacts({}),
    "internal",
    [noOutcome("undefined")],
  ],
  [
    "returns an outcome that is not one",
    () => () => unknownFacts({ outcome: "unexpected_open" }),
    "internal",
    [noOutcome("unexpected_open")],
  ],
  [
    "resolves without an outcome",
    () => async () => unknownFacts({}),
    "internal",
    [noOutcome("undefined")],
  ],
];

describe("startCheck with a prober", () => {
  for (const [what, prober, outcome, faults] of CASES)
    it(`closes once and gives ${outcome ?? "no result"} if the prober ${what}`, async () => {
      const checked = await check(prober);
      assert.deepEqual(
        checked.told.map((result) => result?.outcome ?? null),
        [outcome],
      );
      assert.equal(checked.closeCount, 1);
      assert.equal(checked.openCount, 0);
      assert.deepEqual(checked.faults, faults);
      assert.equal(checked.connection.isOpen, false);
      assert.equal(checked.connection.signal.aborted, true);
    });

  for (const odd of NO_FIGURES)
    it(`gives internal and notes the fault if a figure is ${String(odd)}`, async () => {
      const facts = { outcome: "open", figures: { laterMs: odd } as object } as const;
      for (const prober of [() => facts, async () => facts]) {
        const checked = await check(() => prober);
        assert.equal(checked.told[0]?.outcome, "internal");
        assert.equal(Object.hasOwn(checked.told[0] ?? {}, "laterMs"), false);
        assert.deepEqual(checked.faults, [
          new TypeError(`A prober returned laterMs ${String(odd)}`),
        ]);
      }
    });

  it("takes null for a figure that a prober did not measure", async () => {
    const { told } = await check(() => () => ({
      outcome: "open",
      figures: { laterMs: null } as object,
    }));
    assert.equal(told[0]?.outcome, "open");
  });

  it("hands over an open connection with its descriptor, its handshake and a signal", async () => {
    let seen: unknown;
    const { told } = await check(() => ({ descriptor, handshake, isOpen, signal }) => {
      seen = [descriptor, handshake.timing, isOpen, signal.aborted];
      return { outcome: "open" };
    });
    assert.deepEqual(seen, [7, "kernel", true, false]);
    assert.equal(told[0]?.connectTimeMs, 1);
  });

  const measured = {
    laterMs: 7,
    connectTimeMs: 7_000,
    elapsedMs: 7_000,
    dnsTimeMs: 7_000,
    synRetransmits: 7,
  };
  for (const outcome of ["open", "reset"] as const)
    it(`takes the figures of a prober that says ${outcome}, but for those of every check`, async () => {
      const without = await check(() => () => ({ outcome }));
      const { told } = await check(() => () => ({ outcome, figures: measured }));
      const [result] = told;
      assert.ok(result !== undefined && result !== null && result.outcome === outcome);
      assert.deepEqual(
        Object.keys(result).sort(),
        [...Object.keys(without.told[0] ?? {}), "laterMs"].sort(),
      );
      assert.equal(Reflect.get(result, "laterMs"), 7);
      for (const own of ["connectTimeMs", "elapsedMs", "dnsTimeMs", "synRetransmits"] as const)
        assert.notEqual(result[own], measured[own], own);
    });

  it("keeps figures of a handshake with the outcome open only", async () => {
    const { told } = await check(() => () => ({ outcome: "reset" }));
    assert.equal(told[0]?.address, "1.1.1.1");
    assert.equal(told[0]?.connectTimeMs, null);
    assert.equal(told[0]?.elapsedMs, null);
  });
});
