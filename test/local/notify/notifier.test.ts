import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { NotifyTarget, Sending } from "../../../local/notify/message/service.ts";
import { Notifier } from "../../../local/notify/notifier.ts";
import type { Outcome } from "../../../local/notify/outcome.ts";
import { readTarget } from "../../../local/notify/read-target.ts";
import { send } from "../../../local/notify/send.ts";
import { startNotifier } from "../../../local/notify/start-notifier.ts";
import type { Fields } from "../../../shared/input/input.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { certify } from "../../fakes/certificates.ts";
import { alertOf, stormOf } from "../../fakes/notify.ts";
import { type SmtpTls, startSmtpServer } from "../../fakes/smtp-server.ts";
import { refusedPort } from "../../fakes/tcp-server.ts";

function targetOf(fields: Fields): NotifyTarget {
  const context = { file: null, environment: {}, usualName: "t", hasFilter: false };
  const { target } = readTarget(fields, context);
  assert.ok(target);
  return target;
}

const CHAT = targetOf({ type: "slack", name: "chat", url: "https://example.com/secret-path" });
const PAGER = targetOf({ type: "pagerduty", name: "pager", routing_key: "routing-secret" });
const HOOK = targetOf({ type: "webhook", name: "hook", url: "https://example.com/hook" });

const DELIVERED: Outcome = { kind: "delivered" };
const DOWN: Outcome = { kind: "later", why: "HTTP 503", retryAfterMs: null };

let dir = "";
let fileCount = 0;
before(() => {
  dir = mkdtempSync(join(tmpdir(), "synfleet-notify-"));
});
after(() => rmSync(dir, { recursive: true }));

/** A notifier whose time and whose network are the test's. */
function start(path = join(dir, `${fileCount++}.jsonl`)) {
  const world = {
    nowMs: 1_000_000,
    answer: (_: Sending): Outcome | Promise<Outcome> => DELIVERED,
    warned: [] as string[],
    sent: [] as string[],
    path,
  };
  let wake: () => void = () => undefined;
  const notifier = new Notifier(path, {
    now: () => world.nowMs,
    random: () => 0.5,
    send: async (sending) => {
      assert.ok(sending.kind === "http");
      const body = JSON.parse(sending.body);
      world.sent.push(body.text ?? `${body.event_action} ${body.dedup_key}`);
      return await world.answer(sending);
    },
    wakeAfter: (_, again) => {
      wake = again;
      return () => {
        wake = () => undefined;
      };
    },
    warn: (sentence) => world.warned.push(sentence),
    disk: { failed: (_, error) => assert.fail(String(error)), worked: () => undefined },
    pageUrl: () => null,
  });
  /** Lets time pass, and everything that follows happen. */
  const pass = async (ms: number): Promise<void> => {
    world.nowMs += ms;
    for (let i = 0; i < 40; i++) {
      wake();
      await notifierQuiet();
    }
  };
  return { world, notifier, pass };
}

/** A process that is killed while it sends. */
const CHILD = `
  const { startNotifier } = await import(${JSON.stringify(import.meta.resolve("../../../local/notify/start-notifier.ts"))});
  const { readTarget } = await import(${JSON.stringify(import.meta.resolve("../../../local/notify/read-target.ts"))});
  const { dataDir, fields, event } = JSON.parse(process.env.SETUP);
  const context = { file: null, environment: {}, usualName: "t", hasFilter: false };
  const disk = { failed: console.error, worked: () => undefined };
  const notifier = startNotifier({ dataDir, warn: console.error, disk, pageUrl: () => null });
  await notifier.add(event, [readTarget(fields, context).target]);
`;

async function notifierQuiet(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

describe("Notifier", () => {
  test("keeps an event with others' eyes shut, sends it once and forgets it", async () => {
    const { world, notifier, pass } = start();
    await notifier.add(alertOf("db"), [CHAT]);
    assert.match(readFileSync(world.path, "utf8"), /"add":/);
    assert.equal(statSync(world.path).mode & 0o777, 0o600);
    await pass(2 * SECOND_MS);
    await notifier.add(alertOf("db"), [CHAT]);
    await pass(2 * SECOND_MS);
    assert.equal(world.sent.length, 1);
    assert.equal(notifier.close(), 0);
  });

  test("sends again after a kill between sending and mark, and reads past a torn line", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => new Promise<Outcome>(() => undefined);
    await notifier.add(alertOf("db"), [PAGER]);
    await pass(0);
    assert.deepEqual(world.sent, ["trigger synfleet-db"]);
    appendFileSync(world.path, '{"add":"half');
    const again = start(world.path);
    await again.notifier.open([PAGER]);
    await again.pass(0);
    await again.notifier.add(alertOf("db", "OK"), [PAGER]);
    await again.pass(0);
    assert.deepEqual(again.world.sent, ["trigger synfleet-db", "resolve synfleet-db"]);
    const third = start(world.path);
    await third.notifier.open([PAGER]);
    await third.notifier.add(alertOf("db"), [PAGER]);
    await third.pass(MINUTE_MS);
    assert.deepEqual(third.world.sent, []);
  });

  test("never sends a resolve before its trigger, and no other task waits for it", async () => {
    const { world, notifier, pass } = start();
    world.answer = (sending) =>
      sending.kind === "http" && sending.body.includes("synfleet-bad") ? DOWN : DELIVERED;
    const events = [alertOf("bad"), alertOf("bad", "OK"), alertOf("good"), alertOf("good", "OK")];
    for (const event of events) await notifier.add(event, [PAGER]);
    await pass(0);
    assert.deepEqual(
      world.sent.filter((one) => one.includes("good")),
      ["trigger synfleet-good", "resolve synfleet-good"],
    );
    assert.ok(!world.sent.includes("resolve synfleet-bad"));
    world.answer = () => DELIVERED;
    for (let i = 0; i < 4; i++) await pass(MINUTE_MS);
    assert.deepEqual(world.sent.slice(-2), ["trigger synfleet-bad", "resolve synfleet-bad"]);
  });

  test("says once that a target is away and once that it is back, with one digest of what was over", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => DOWN;
    await notifier.add(alertOf("first"), [CHAT]);
    for (let i = 0; i < 30; i++) await pass(2 * MINUTE_MS);
    const tried = world.sent.length;
    assert.ok(tried > 5 && tried < 30, String(tried));
    for (let i = 0; i < 150; i++) {
      await notifier.add(alertOf(`t${i}`), [CHAT]);
      await notifier.add(alertOf(`t${i}`, "OK"), [CHAT]);
    }
    world.answer = () => DELIVERED;
    world.sent = [];
    for (let i = 0; i < 10; i++) await pass(2 * MINUTE_MS);
    assert.equal(world.sent.length, 1);
    assert.match(
      world.sent[0] ?? "",
      /^Synfleet: 1 open, 150 over\n1 still: CRITICAL: first\n150 over again: /,
    );
    assert.deepEqual(world.warned, [
      'Slack "chat" can\'t be reached: HTTP 503. One event waits until it answers.',
      'Slack "chat" answers again.',
    ]);
  });

  test("does not call a pager for what is over since hours", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => DOWN;
    for (let i = 0; i < 8; i++) await notifier.add(alertOf(`t${i}`), [PAGER]);
    for (let i = 0; i < 7; i++) await notifier.add(alertOf(`t${i}`, "OK"), [PAGER]);
    for (let i = 0; i < 10; i++) await pass(5 * MINUTE_MS);
    world.answer = () => DELIVERED;
    world.sent = [];
    for (let i = 0; i < 10; i++) await pass(5 * MINUTE_MS);
    assert.deepEqual(
      world.sent.filter((one) => one.startsWith("trigger")),
      ["trigger synfleet-t7"],
    );
    assert.match(world.warned.join(), /7 events that later ones make obsolete are not sent/);
  });

  test("tells a storm, and what happens in it, in a message a minute", async () => {
    const { world, notifier, pass } = start();
    await notifier.add(stormOf("opened"), [CHAT]);
    await pass(SECOND_MS);
    for (let i = 0; i < 30; i++) {
      await notifier.add(alertOf(`t${i}`, "OK"), [CHAT]);
      await pass(SECOND_MS);
    }
    assert.equal(world.sent.length, 1);
    await pass(MINUTE_MS);
    assert.equal(world.sent.length, 2);
    assert.match(world.sent[1] ?? "", /^Synfleet: 30 over/);
  });

  test("knows over restarts that a storm stands, and that it is over", async () => {
    const { world, notifier, pass } = start();
    await notifier.add(stormOf("opened"), [CHAT]);
    await pass(2 * SECOND_MS);
    // The second run writes the file anew, the third reads only that.
    const later = [start(world.path), start(world.path), start(world.path), start(world.path)];
    const told: number[] = [];
    for (const [i, run] of later.entries()) {
      await run.notifier.open([CHAT]);
      if (i === 2) {
        await run.notifier.add(stormOf("closed"), [CHAT]);
        await run.pass(MINUTE_MS);
        run.world.sent = [];
      }
      await run.notifier.add(alertOf(`t${i}`), [CHAT]);
      await run.pass(2 * SECOND_MS);
      told.push(run.world.sent.length);
      await run.pass(2 * MINUTE_MS);
      run.notifier.close();
    }
    assert.deepEqual(told, [0, 0, 1, 1]);
  });

  test("waits as long as it is asked to, and gives up what is refused for good", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => ({ ...DOWN, retryAfterMs: 10 * MINUTE_MS });
    await notifier.add(alertOf("a"), [PAGER]);
    await pass(0);
    await pass(9 * MINUTE_MS);
    assert.equal(world.sent.length, 1);
    world.answer = () => ({ kind: "refused", why: "HTTP 400: it does not take this message" });
    await pass(2 * MINUTE_MS);
    assert.equal(world.sent.length, 2);
    assert.deepEqual(world.warned, [
      'PagerDuty "pager" refuses a message: HTTP 400: it does not take this message. One event is given up.',
    ]);
    assert.equal(notifier.close(), 0);
  });

  test("sends what waits to its target as a save has left it, and nothing to one that is gone", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => DOWN;
    await notifier.add(alertOf("a"), [CHAT, PAGER]);
    await pass(2 * SECOND_MS);
    world.answer = () => DELIVERED;
    await notifier.open([]);
    world.sent = [];
    await pass(HOUR_MS);
    assert.deepEqual(world.sent, []);
    const fields = { type: "pagerduty", name: "chat", routing_key: "another" };
    await notifier.open([
      targetOf(fields),
      targetOf({ type: "slack", name: "pager", url: "https://x.org/" }),
    ]);
    await pass(2 * SECOND_MS);
    assert.equal(world.sent.length, 2);
    assert.equal(world.sent[0], "trigger synfleet-a");
    assert.match(world.sent[1] ?? "", /^CRITICAL: a/);
    assert.equal(notifier.close(), 0);
  });

  test("keeps a day what waits for a target that is gone, over restarts", async () => {
    for (const [hours, wanted] of [
      [23, ["trigger synfleet-a"]],
      [25, []],
    ] as const) {
      const { world, notifier, pass } = start();
      world.answer = () => DOWN;
      await notifier.add(alertOf("a"), [PAGER]);
      await pass(0);
      await notifier.open([]);
      notifier.close();
      const again = start(world.path);
      again.world.nowMs += hours * HOUR_MS;
      await again.notifier.open([]);
      await again.notifier.open([PAGER]);
      await again.pass(0);
      await again.notifier.settled();
      assert.deepEqual(again.world.sent, wanted);
      assert.deepEqual(again.world.warned, []);
    }
  });

  test("gives up after a day", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => DOWN;
    await notifier.add(alertOf("a"), [PAGER]);
    for (let i = 0; i < 25; i++) await pass(HOUR_MS);
    assert.match(world.warned.at(-1) ?? "", /1 events could not be delivered within a day/);
    assert.equal(notifier.close(), 0);
  });

  test("holds a bounded number, drops what is over first and says how many", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => new Promise<Outcome>(() => undefined);
    const events = [alertOf("long"), alertOf("x"), alertOf("x", "OK")];
    for (const event of events) await notifier.add(event, [CHAT]);
    const more = Array.from({ length: 999 }, (_, i) => alertOf(`t${i}`));
    await Promise.all(more.map((event) => notifier.add(event, [CHAT])));
    assert.match(
      world.warned.join(),
      /^Slack "chat": more than 1000 events wait for it, and the oldest/,
    );
    world.answer = () => DELIVERED;
    await pass(MINUTE_MS);
    assert.match(world.sent.join(), /^Synfleet: 1000 open/);
    assert.equal(world.warned.at(-1), 'Slack "chat" did not get 2 events.');
  });

  test("sends a bounded number at once", async () => {
    const { world, notifier, pass } = start();
    world.answer = () => new Promise<Outcome>(() => undefined);
    for (let i = 0; i < 30; i++) await notifier.add(alertOf(`t${i}`), [PAGER, HOOK]);
    await pass(MINUTE_MS);
    assert.equal(world.sent.length, 8);
  });
});

describe("startNotifier", () => {
  test("sends again what was on its way when its process was killed, with the same id", async () => {
    const ids: unknown[] = [];
    let isHanging = true;
    const asked = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      ids.push(request.headers["synfleet-event-id"]);
      if (!isHanging) response.end();
      asked.resolve();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const fields = { type: "webhook", name: "hook", url: `http://127.0.0.1:${port}/` };
    const dataDir = join(dir, "killed");
    const child = spawn(process.execPath, ["--input-type=module", "-e", CHILD], {
      env: { ...process.env, SETUP: JSON.stringify({ dataDir, fields, event: alertOf("db") }) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await asked.promise;
    child.kill("SIGKILL");
    await once(child, "exit");
    isHanging = false;
    const notifier = startNotifier({
      dataDir,
      warn: (sentence) => assert.fail(sentence),
      disk: { failed: (_, error) => assert.fail(String(error)), worked: () => undefined },
      pageUrl: () => null,
    });
    await notifier.open([targetOf(fields)]);
    await notifier.settled();
    assert.equal(notifier.close(), 0);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    server.closeAllConnections();
    server.close();
  });
});

describe("send", () => {
  test("posts, reads the beginning of an answer, and has no secret in its reasons", async () => {
    let answer: [number, Record<string, string>, string] = [200, {}, ""];
    const got: string[] = [];
    const server = createServer(async (request, response) => {
      got.push(`${request.method} ${request.url} ${await text(request)}`);
      response.writeHead(answer[0], answer[1]).end(answer[2]);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/secret-token`;
    const post = { kind: "http", method: "POST", url, headers: {}, body: "{}" } as const;
    const CASES: readonly (readonly [typeof answer, object])[] = [
      [[204, {}, ""], { kind: "delivered" }],
      [
        [302, { location: "/else" }, ""],
        {
          kind: "refused",
          why: "HTTP 302: redirects are not followed, use the address it leads to",
        },
      ],
      [
        [404, {}, "no /secret-token here"],
        {
          kind: "refused",
          why: "HTTP 404 (no /*** here): the address is unknown there, look whether it still exists",
        },
      ],
      [
        [429, { "retry-after": "7" }, ""],
        { kind: "later", why: "HTTP 429: too many messages", retryAfterMs: 7_000 },
      ],
      [
        [429, {}, '{"retry_after": 1.5}'],
        {
          kind: "later",
          why: 'HTTP 429 ({"retry_after": 1.5}): too many messages',
          retryAfterMs: 1_500,
        },
      ],
      [
        [503, {}, "x".repeat(100_000)],
        {
          kind: "later",
          why: `HTTP 503 (${"x".repeat(119)}…): the service has a problem of its own`,
          retryAfterMs: null,
        },
      ],
    ];
    for (const [wanted, outcome] of CASES) {
      answer = wanted;
      assert.deepEqual(await send(post, ["secret-token"]), outcome);
    }
    assert.equal(got.length, CASES.length);
    assert.equal(got[0], "POST /secret-token {}");
    server.closeAllConnections();
    server.close();
    const refused = { ...post, url: `http://127.0.0.1:${await refusedPort()}/secret-token` };
    assert.deepEqual(await send(refused, []), {
      kind: "later",
      why: "nothing listens there (ECONNREFUSED)",
      retryAfterMs: null,
    });
  });

  const SMTP: readonly (readonly [Parameters<typeof startSmtpServer>[0], string])[] = [
    [{}, "delivered"],
    [{ AUTH: "535 no" }, "refused SMTP 535 (535 no): the user or the password is not accepted"],
    [{ RCPT: "550 who" }, "refused SMTP 550 (550 who): the server does not take it"],
    [{ MAIL: "451 later" }, "later SMTP 451 (451 later): the server does not take it"],
  ];
  for (const [answers, wanted] of SMTP) {
    test(`gives a mail to a server that says ${JSON.stringify(answers)}`, async () => {
      const server = await startSmtpServer(answers);
      const fields = {
        type: "email",
        host: "127.0.0.1",
        port: server.port,
        tls: "none",
        user: "me",
        password: "pass-word",
        from: "a@x.org",
        to: ["b@x.org", "c@x.org"],
      };
      const event = alertOf("db\r\nBcc: evil@x.org");
      const message = {
        tone: "critical" as const,
        title: "CRITICAL: 😀 db",
        text: "line",
        facts: [],
        links: [],
      };
      const sending = targetOf(fields).build({ id: "id1", message, event });
      assert.ok(sending);
      const outcome = await send(sending, []);
      assert.equal([outcome.kind, ...("why" in outcome ? [outcome.why] : [])].join(" "), wanted);
      assert.deepEqual(server.logins, ["\0me\0pass-word"]);
      const [mail] = server.mails;
      if (wanted === "delivered") {
        assert.deepEqual(mail?.to, ["<b@x.org>", "<c@x.org>"]);
        assert.match(mail?.text ?? "", /Message-ID: <id1@synfleet>/);
        assert.doesNotMatch(mail?.text ?? "", /^Bcc/m);
      }
      server.close();
    });
  }

  /** Gives a mail with a password to a server with that TLS, by a target that wants `tls`. */
  async function mailBy(offered: SmtpTls | null, tls: string) {
    const server = await startSmtpServer({}, offered);
    const fields = { type: "email", host: "127.0.0.1", port: server.port, tls };
    const who = { user: "me", password: "pass-word", from: "a@x.org", to: "b@x.org" };
    const event = alertOf("db");
    const message = { tone: "good" as const, title: "t", text: "l", facts: [], links: [] };
    const sending = targetOf({ ...fields, ...who }).build({ id: "id1", message, event });
    assert.ok(sending);
    const outcome = await send(sending, []);
    server.close();
    return { outcome, logins: server.logins.length, mails: server.mails.length };
  }

  test("posts nothing over HTTPS whose certificate is not trusted, and says so", async () => {
    const { pem: cert, keyPem: key } = certify({ commonName: "127.0.0.1", names: ["127.0.0.1"] });
    let got = 0;
    const server = createHttpsServer({ cert, key }, (_, response) => {
      got += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`;
    const post = { kind: "http", method: "POST", url, headers: {}, body: "{}" } as const;
    const outcome = await send(post, ["secret-token"]);
    server.close();
    assert.equal(got, 0);
    assert.equal(outcome.kind, "later");
    assert.match(JSON.stringify(outcome), /the certificate is not trusted/);
  });

  test("gives a mail and its password only over TLS that is trusted", async () => {
    const { pem: cert, keyPem: key } = certify({ commonName: "127.0.0.1", names: ["127.0.0.1"] });
    const nothing = { logins: 0, mails: 0 };
    for (const mode of ["implicit", "starttls"] as const) {
      const { outcome, ...got } = await mailBy({ mode, cert, key }, mode);
      assert.deepEqual(got, nothing);
      assert.match(JSON.stringify(outcome), /"later".*certificate/);
    }
    const { outcome, ...got } = await mailBy(null, "starttls");
    assert.deepEqual(got, nothing);
    assert.notEqual(outcome.kind, "delivered");
    const usual = getCACertificates();
    setDefaultCACertificates([cert]);
    for (const mode of ["implicit", "starttls"] as const) {
      const good = await mailBy({ mode, cert, key }, mode);
      assert.deepEqual(good, { outcome: { kind: "delivered" }, logins: 1, mails: 1 });
    }
    setDefaultCACertificates(usual);
  });
});
