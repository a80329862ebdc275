import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PollStamps, timeHandshake } from "../../../../functions/probe/socket/time-handshake.ts";
import { StallWatch, WATCHES } from "../../../../functions/probe/timing/timing.ts";

/** A process that stalled from 100 to 140, on a watch that looks every 5 ms. */
function stalledUntil140(): StallWatch {
  const stalls = new StallWatch(WATCHES.kernel);
  stalls.start(100);
  stalls.see(140);
  return stalls;
}

const STAMPS = { begunAtMs: 120, sentAtMs: 120.02, seenAtMs: 140.52 };
const AWAKE = { begunAtMs: 200, sentAtMs: 200.02, seenAtMs: 220.52 };

const KERNEL = { timing: "kernel", synRetransmits: 0 } as const;
const USER = { timing: "user", synRetransmits: 0 } as const;

const CASES = [
  [
    "takes the nearer clock's figure, and its own beside it",
    AWAKE,
    { connectTimeMs: 20.1, synRetransmits: 0 },
    { connectTimeMs: 20.1, elapsedMs: 20.5, ...KERNEL, suspect: false },
  ],
  [
    "takes a nearer figure of 0 for a figure",
    AWAKE,
    { connectTimeMs: 0, synRetransmits: 0 },
    { connectTimeMs: 0, elapsedMs: 20.5, ...KERNEL, suspect: false },
  ],
  [
    "takes its own figure from where the SYN left if no clock is nearer",
    AWAKE,
    null,
    { connectTimeMs: 20.5, elapsedMs: 20.5, ...USER, suspect: false },
  ],
  [
    "takes the whole wait after a lost SYN, and says how many were lost",
    AWAKE,
    { connectTimeMs: null, synRetransmits: 2 },
    { connectTimeMs: 20.5, elapsedMs: 20.5, timing: "user", synRetransmits: 2, suspect: false },
  ],
  [
    "never takes a nearer figure after a lost SYN, whatever that clock says",
    AWAKE,
    { connectTimeMs: 0.1, synRetransmits: 1 },
    { connectTimeMs: 20.5, elapsedMs: 20.5, timing: "user", synRetransmits: 1, suspect: false },
  ],
  [
    "suspects its own figure if it ended as a stall ended",
    STAMPS,
    null,
    { connectTimeMs: 20.5, elapsedMs: 20.5, ...USER, suspect: true },
  ],
  [
    "suspects a nearer figure that ended as a stall ended: that clock stood still too",
    STAMPS,
    { connectTimeMs: 20, synRetransmits: 0 },
    { connectTimeMs: 20, elapsedMs: 20.5, ...KERNEL, suspect: true },
  ],
  [
    "trusts a nearer figure that ended during a stall: that clock went on",
    STAMPS,
    { connectTimeMs: 10, synRetransmits: 0 },
    { connectTimeMs: 10, elapsedMs: 20.5, ...KERNEL, suspect: false },
  ],
  [
    "trusts its own figure if the dial took no longer than 1 ms",
    { begunAtMs: 200, sentAtMs: 201, seenAtMs: 221 },
    null,
    { connectTimeMs: 20, elapsedMs: 20, ...USER, suspect: false },
  ],
  [
    "suspects its own figure if the dial took longer: the SYN left at an unknown time",
    { begunAtMs: 200, sentAtMs: 201.001, seenAtMs: 221.001 },
    null,
    { connectTimeMs: 20, elapsedMs: 20, ...USER, suspect: true },
  ],
  [
    "trusts a nearer figure however long the dial took",
    { begunAtMs: 200, sentAtMs: 205, seenAtMs: 225 },
    { connectTimeMs: 19.9, synRetransmits: 0 },
    { connectTimeMs: 19.9, elapsedMs: 20, ...KERNEL, suspect: false },
  ],
] as const;

describe("timeHandshake", () => {
  for (const [what, stamps, nearer, expected] of CASES)
    it(what, () => assert.deepEqual(timeHandshake(stamps, nearer, stalledUntil140()), expected));

  it("gives the kernel's figure if and only if no SYN was lost and the kernel has one", () =>
    fc.assert(
      fc.property(
        fc.option(
          fc.record({
            connectTimeMs: fc.option(fc.float({ min: 0, max: 5_000, noNaN: true })),
            synRetransmits: fc.nat(3),
          }),
        ),
        (nearer) => {
          const { timing, connectTimeMs, elapsedMs } = timeHandshake(AWAKE, nearer, {
            spoils: () => false,
          });
          const kernelMs = nearer?.synRetransmits === 0 ? nearer.connectTimeMs : null;
          assert.equal(timing, kernelMs === null ? "user" : "kernel");
          assert.equal(connectTimeMs, kernelMs ?? elapsedMs);
        },
      ),
    ));
});

describe("PollStamps", () => {
  /** Stamps of a clock that moves by 1 ms with each look. */
  function aPoll() {
    const poll = { loop: 0, nowMs: 10 };
    const stamps = new PollStamps(
      () => poll.nowMs++,
      () => poll.loop,
    );
    return { poll, stamps };
  }

  it("gives all handshakes of one poll the stamp of the first", () => {
    const { stamps } = aPoll();
    assert.deepEqual([stamps.stamp(5), stamps.stamp(6), stamps.stamp(10)], [10, 10, 10]);
  });

  it("gives a new stamp in the next poll", () => {
    const { poll, stamps } = aPoll();
    assert.equal(stamps.stamp(5), 10);
    poll.loop = 1;
    assert.equal(stamps.stamp(5), 11);
  });

  it("gives a new stamp if the SYN left after the stamp of this poll", () => {
    const { stamps } = aPoll();
    assert.equal(stamps.stamp(5), 10);
    assert.equal(stamps.stamp(10.5), 11);
    assert.equal(stamps.stamp(10.5), 11);
  });
});
