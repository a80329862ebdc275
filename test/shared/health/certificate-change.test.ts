import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  closeState,
  fromStoredState,
  INITIAL_STATE,
  judgeWindow,
  type TaskState,
  takeBackState,
  toStoredState,
} from "../../../shared/health/health.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { type Certificate, certificate, tlsWindow } from "./certificates.ts";
import { DEFAULTS, NOON } from "./windows.ts";

type Regions = Parameters<typeof tlsWindow>[1];

/** Judges windows, each at its minute: the changes as `B for A in eu`, and how often something was stored. */
function tell(
  windows: readonly (readonly [minute: number, regions: Regions])[],
  start = INITIAL_STATE,
) {
  let state: TaskState = start;
  let writeCount = 0;
  const lines: string[] = [];
  for (const [minute, regions] of windows) {
    const judged = judgeWindow(state, tlsWindow(minute, regions), DEFAULTS);
    if (judged.state !== state) writeCount += 1;
    state = judged.state;
    for (const change of judged.transitions) {
      if (change.kind !== "certificate") continue;
      const { after, before, region } = change;
      lines.push(`${after.id.slice(0, 1)} for ${before.id.slice(0, 1)} in ${region}`);
    }
  }
  return { state, writeCount, lines };
}

const A = certificate("a", 200);
const B = certificate("b", 300);
const C = certificate("c", 400);

function knownIn({ certificates = [] }: TaskState): string {
  return certificates.map(({ id }) => id.slice(0, 1)).join("");
}

const DAY = 1_440;

describe("judgeWindow of a target that shows another certificate", () => {
  it("says nothing at the first sight, whatever is there", () => {
    const { lines, state, writeCount } = tell([
      [0, { eu: [A], us: [B] }],
      [1, { eu: [A], us: [B] }],
    ]);
    assert.deepEqual(lines, []);
    assert.equal(knownIn(state), "ab");
    assert.equal(writeCount, 1);
    assert.equal(state.sequence, 0);
  });

  it("says once that there is another one, by the region that saw it first", () => {
    const { lines, state, writeCount } = tell([
      [0, { eu: [A], us: [A] }],
      [1, { eu: [A, A, B], us: [A, B, B] }],
      [2, { eu: [B], us: [B] }],
    ]);
    assert.deepEqual(lines, ["b for a in us"]);
    assert.equal(state.sequence, 1);
    assert.equal(writeCount, 2);
  });

  it("rings once where a load balancer has two", () => {
    const turns = Array.from({ length: 50 }, (_, i) => [i, { eu: [i % 2 === 0 ? A : B] }] as const);
    const { lines, writeCount } = tell(turns);
    assert.deepEqual(lines, ["b for a in eu"]);
    assert.equal(writeCount, 2);
  });

  it("names the one that was seen last before", () => {
    const { lines } = tell([
      [0, { eu: [A] }],
      [1, { eu: [B] }],
      [2, { eu: [C] }],
    ]);
    assert.deepEqual(lines, ["b for a in eu", "c for b in eu"]);
  });

  it("knows eight, forgets the one that was not seen for longest, and rings again when it is back", () => {
    const letters = [..."0123456789abcde"];
    const days = letters.map((letter, i) => [i * DAY, { eu: [certificate(letter, 900)] }] as const);
    const { state, lines } = tell(days);
    assert.equal(knownIn(state), "edcba987");
    assert.equal(lines.length, letters.length - 1);
    const again = tell([[20 * DAY, { eu: [certificate("0", 900)] }]], state);
    assert.deepEqual(again.lines, ["0 for e in eu"]);
  });

  it("notes once a day which ones are seen still", () => {
    const daily = Array.from({ length: 10 }, (_, i) => [i * (DAY / 2), { eu: [A] }] as const);
    assert.equal(tell(daily).writeCount, 5);
  });

  it("rings eight times a day at most, and stores no more, where each connection has another one", () => {
    const each = (i: number): Certificate => ({ ...A, id: i.toString(16).padStart(16, "0") });
    const minutes = Array.from(
      { length: 60 },
      (_, i) => [i, { eu: [each(2 * i), each(2 * i + 1)] }] as const,
    );
    const { lines, writeCount, state } = tell(minutes);
    assert.equal(lines.length, 6);
    assert.equal(writeCount, 4);
    assert.equal(state.certificates?.length, 8);
    assert.equal(tell([[DAY + 5, { eu: [each(999)] }]], state).lines.length, 1);
  });

  it("has the facts of any check of the window, or none", () => {
    const link = {
      ...{ subject: "CN=b", issuer: "CN=ca", names: ["b"], nameCount: 1, serial: "1" },
      ...{ fingerprint: "00", fromMs: 0, untilMs: 1, keyType: "EC", keyBits: 256 },
    };
    const facts = { protocol: "TLSv1.3", cipher: "X", alpn: null, chain: [link], fault: null };
    const { state } = tell([[0, { eu: [A], us: [A] }]]);
    const window = tlsWindow(1, { eu: [B, B], us: [B, B] });
    const { us } = window.regions;
    assert.ok(us);
    const checks = us.checks.map((check, i) =>
      i === 1 && check.deep ? { ...check, deep: { ...check.deep, facts } } : check,
    );
    const known = { ...window, regions: { ...window.regions, us: { ...us, checks } } };
    for (const [minute, expected] of [
      [window, null],
      [known, facts],
    ] as const) {
      const [change] = judgeWindow(state, minute, DEFAULTS).transitions;
      assert.equal(change?.kind, "certificate");
      assert.deepEqual(change.facts, expected);
      assert.equal(change.region, "eu");
    }
  });

  it("tells the same again of the same window", () => {
    const { state } = tell([[0, { eu: [A] }]]);
    const window = tlsWindow(1, { eu: [B] });
    const once = judgeWindow(state, window, DEFAULTS);
    assert.deepEqual(judgeWindow(state, window, DEFAULTS), once);
    assert.deepEqual(judgeWindow(once.state, window, DEFAULTS), {
      state: once.state,
      transitions: [],
    });
  });

  it("does not listen to a region whose own network fails", () => {
    const { state } = tell([[0, { eu: [A], us: [A] }]]);
    const judged = judgeWindow(
      state,
      tlsWindow(1, { eu: [B], us: [A] }),
      DEFAULTS,
      new Set(["eu"]),
    );
    assert.deepEqual(judged.transitions, []);
  });
});

describe("the known certificates", () => {
  const { state } = tell([
    [0, { eu: [A] }],
    [1, { eu: [B] }],
  ]);

  it("are stored and read, and a state of yesterday has none", () => {
    const stored = JSON.parse(JSON.stringify(toStoredState(state)));
    assert.deepEqual(fromStoredState(stored), state);
    const { certificates: _, ...yesterdays } = stored;
    assert.deepEqual(tell([[5, { eu: [C] }]], fromStoredState(yesterdays)).lines, []);
    assert.ok(!JSON.stringify(toStoredState(INITIAL_STATE)).includes("certificates"));
  });

  it("are forgotten with the task", () => {
    assert.ok(!("certificates" in closeState(state, NOON + 5 * MINUTE_MS).state));
  });

  it("were not seen in the future when a clock was set back, and end when they end", () => {
    const taken = takeBackState(state, NOON);
    assert.deepEqual(
      taken.certificates?.map(({ lastAtMs }) => lastAtMs),
      [NOON, NOON],
    );
    assert.equal(taken.certificates[0]?.untilMs, B.untilMs);
    assert.equal(takeBackState(state, NOON + MINUTE_MS * 5), state);
  });
});
