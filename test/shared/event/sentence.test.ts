import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisorySentence, stateSentence } from "../../../shared/event/sentence.ts";
import type {
  AdvisoryTransition,
  RegionVote,
  StateTransition,
  Vote,
} from "../../../shared/health/health.ts";
import { RULES } from "../../../shared/health/rules/rules.ts";
import { ERROR_KINDS, phraseOfKind } from "../../../shared/result/result.ts";
import { regionWindow } from "../health/windows.ts";

const task = { name: "db", host: "db.example.com:5432" };
const { figures } = regionWindow("pf");

function vote(region: string, cast: Vote, evidence: Partial<RegionVote> = {}): RegionVote {
  const none = { rule: null, value: null, limit: null };
  return { region, vote: cast, ...none, figures, health: "healthy", ...evidence };
}

const VOTES = [vote("a", "breach"), vote("b", "breach"), vote("c", "fine"), vote("d", "none")];

function change(different: Partial<StateTransition>): StateTransition {
  return {
    kind: "state",
    from: "OK",
    to: "CRITICAL",
    reason: "failure_percent",
    atMs: 0,
    track: "warning",
    number: 1,
    phase: "opened",
    openedAtMs: 0,
    failingSinceMs: null,
    flapping: null,
    lastSuccess: null,
    samples: [],
    errorKind: null,
    votesNeeded: 2,
    votes: VOTES,
    uncounted: [],
    ...different,
  };
}

function advisory(different: Partial<AdvisoryTransition>): AdvisoryTransition {
  return {
    kind: "advisory",
    region: "a",
    raised: true,
    reason: "unhealthy",
    unhealthySinceMs: 0,
    errorKind: null,
    vote: vote("a", "breach"),
    ...different,
  };
}

describe("sentences by error kind", () => {
  for (const errorKind of [...ERROR_KINDS, null]) {
    const words = errorKind === null ? "failed" : phraseOfKind(errorKind);
    for (const { name } of RULES.filter(({ aspect }) => aspect === "availability")) {
      it(`${name} by ${errorKind} says that the target ${words}`, () => {
        assert.equal(
          stateSentence(change({ reason: name, errorKind }), task),
          `CRITICAL: db (db.example.com:5432) ${words} from 2 of 3 regions`,
        );
      });
    }

    it(`an advisory by ${errorKind} says that the target ${words}`, () => {
      assert.equal(
        advisorySentence(advisory({ errorKind }), task),
        `ADVISORY: db (db.example.com:5432) ${words} from a`,
      );
    });
  }
});

describe("stateSentence of a failure after the handshake", () => {
  const table = [
    ["no_answer", "greeting", "gave no answer in the greeting"],
    ["no_answer", "tls", "gave no answer in the TLS handshake"],
    ["no_answer", "dialogue", "gave no answer"],
    ["closed_early", "hold", "closed early while it was held"],
    ["unexpected_answer", "version", "unexpected answer in the exchange of versions"],
    ["rejected", "auth", "rejected in the authentication"],
    ["tls_expired", "tls", "certificate expired"],
    ["no_answer", undefined, "gave no answer"],
  ] as const;
  for (const [errorKind, failedPhase, words] of table) {
    it(`says of ${errorKind} in ${failedPhase} that it ${words}`, () => {
      const phase = failedPhase === undefined ? {} : { failedPhase };
      assert.equal(
        stateSentence(change({ reason: "down", errorKind, ...phase }), task),
        `CRITICAL: db (db.example.com:5432) ${words} from 2 of 3 regions`,
      );
    });
  }
});

const UNCOUNTED = (
  [
    ["12 checks, none could be counted: EADDRNOTAVAIL", [12, "EADDRNOTAVAIL"]],
    ["1 check, none could be counted: unsupported", [1, "unsupported"]],
    ["5 checks, none could be counted: EMFILE 3, unsupported 2", [3, "EMFILE"], [2, "unsupported"]],
    [
      "10 checks, none could be counted: EA 4, EB 3, EC 2, and others",
      ...([
        [4, "EA"],
        [3, "EB"],
        [2, "EC"],
        [1, "ED"],
      ] as const),
    ],
    ["2 checks, none could be counted: E\\u000aX", [2, "E\nX"]],
  ] as const
).map(([said, ...reasons]): readonly [string, Partial<StateTransition>] => {
  const uncounted = reasons.map(([count, reason]) => ({ reason, count }));
  return [`NO_DATA: …: ${said}`, { to: "NO_DATA", reason: "no_data", uncounted }];
});

describe("stateSentence", () => {
  const slow = { rule: "avg_connect_time_ms", value: 312.5, limit: 100 } as const;
  const reason = "avg_connect_time_ms";
  const cases: readonly (readonly [string, Partial<StateTransition>])[] = [
    ["CRITICAL: … is no longer monitored", { reason: "task_removed" }],
    ["NO_DATA: … reported by no region", { to: "NO_DATA", reason: "no_data" }],
    ...UNCOUNTED,
    ["OK: … fine in 1 of 3 regions", { to: "OK", reason: "recovered" }],
    [
      "OK: … fine in 1 of 1 region",
      { to: "OK", reason: "recovered", votes: [vote("c", "fine"), vote("d", "none")] },
    ],
    [
      "WARNING: … slow (312.5 ms in b, limit 100 ms) from 3 of 4 regions",
      {
        to: "WARNING",
        reason,
        votes: [
          vote("a", "breach", { rule: "failure_percent", value: 50, limit: 20 }),
          vote("b", "breach", slow),
          vote("c", "breach", { ...slow, value: 900 }),
          vote("d", "fine", slow),
        ],
      },
    ],
    [
      "WARNING: … slow from 1 of 2 regions",
      {
        to: "WARNING",
        reason,
        votes: [vote("a", "breach", { ...slow, value: null, limit: null }), vote("b", "fine")],
      },
    ],
    [
      "WARNING: … certificate expires in 6 days (2026-12-02), seen from 2 of 3 regions",
      {
        to: "WARNING",
        reason: "certificate_expires",
        certificateUntilMs: Date.UTC(2026, 11, 2),
        votes: [
          vote("a", "breach", { rule: "certificate_expires", value: 6.3, limit: 30 }),
          vote("b", "breach", { rule: "certificate_expires", value: 6.3, limit: 30 }),
          vote("c", "fine"),
          vote("d", "none"),
        ],
      },
    ],
    [
      "WARNING: … slow from 0 of 1 region",
      { to: "WARNING", reason, votes: [vote("a", "fine", slow)] },
    ],
  ];
  for (const [sentence, different] of cases) {
    it(`says "${sentence}"`, () => {
      const said = stateSentence(change({ errorKind: "timeout", ...different }), task);
      assert.equal(said, sentence.replace("…", "db (db.example.com:5432)"));
    });
  }

  it("is one line of printable text, whatever the name of a task is", () => {
    const odd = { ...task, name: "a\nb\u0085\u2028\u202e\x1b[31m" };
    assert.equal(
      stateSentence(change({ to: "CRITICAL", reason: "no_data" }), odd),
      "CRITICAL: a\\u000ab\\u0085\\u2028\\u202e\\u001b[31m (db.example.com:5432) reported by no region",
    );
  });
});

describe("advisorySentence", () => {
  const cases = [
    ["recovered", "recovered from a"],
    ["task_removed", "is no longer monitored"],
    ["region_removed", "is no longer monitored from a"],
  ] as const;
  for (const [reason, predicate] of cases) {
    it(`says that a target ${predicate} when the reason is ${reason}`, () => {
      assert.equal(
        advisorySentence(advisory({ raised: false, reason }), task),
        `OK: db (db.example.com:5432) ${predicate}`,
      );
    });
  }
});
