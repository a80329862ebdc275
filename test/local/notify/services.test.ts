// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of targets are what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { digestOf } from "../../../local/notify/message/digest.ts";
import type { NotifyEvent } from "../../../local/notify/message/event.ts";
import { messageOf } from "../../../local/notify/message/message.ts";
import type { Sending } from "../../../local/notify/message/service.ts";
import { readTarget } from "../../../local/notify/read-target.ts";
import { readNotifySections } from "../../../local/notify/read-targets.ts";
import { SERVICES } from "../../../local/notify/services/table.ts";
import type { Fields } from "../../../shared/input/input.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { alertOf, stormOf } from "../../fakes/notify.ts";

const PAGE = "http://127.0.0.1:4600";

const environment = { HOOK: "https://hooks.example.com/T0/secret", KEY: "k-secret-1234" };

/** A good target of each service, with its secret from the environment. */
const GOOD: Readonly<Record<string, Fields>> = {
  slack: { url: "${HOOK}" },
  discord: { url: "${HOOK}" },
  teams: { url: "${HOOK}" },
  pagerduty: { routing_key: "${KEY}" },
  opsgenie: { api_key: "${KEY}", url: "https://api.eu.opsgenie.com/" },
  ntfy: { topic: "${KEY}", token: "${KEY}" },
  telegram: { token: "${KEY}", chat_id: -100 },
  email: {
    host: "mail.example.com",
    user: "me",
    password: "${KEY}",
    from: "A <a@x.org>",
    to: "b@x.org",
  },
  webhook: { url: "${HOOK}", headers: { "X-Key": "${KEY}" } },
};

function read(type: string, fields: Fields, hasFilter = false) {
  return readTarget(
    { type, name: "t", ...fields },
    {
      ...{ file: null, environment, usualName: "#1", hasFilter },
    },
  );
}

function build(type: string, event: NotifyEvent, fields = GOOD[type] ?? {}): Sending {
  const { target, problems } = read(type, fields);
  assert.deepEqual(problems.map(problemSentence), []);
  const made = target?.build({ id: "id1", message: messageOf(event, PAGE), event });
  assert.ok(made);
  return made;
}

function bodyOf(type: string, event: NotifyEvent, fields?: Fields) {
  const sending = build(type, event, fields);
  assert.ok(sending.kind === "http");
  return JSON.parse(sending.body);
}

const HOSTILE = '<script>alert(1)</script> "q" @everyone *b* [x](http://x) 😀\r\nBcc: a@b.c';

describe("a service", () => {
  test("says on a phone what, since when, seen from where and why", () => {
    assert.deepEqual(messageOf(alertOf("Database"), PAGE), {
      tone: "critical",
      title: "CRITICAL: Database",
      text: "CRITICAL: Database (db.example.com:5432) refused from 2 of 3 regions",
      facts: [
        { name: "Host", value: "db.example.com:5432" },
        { name: "Since", value: "2026-11-20 12:03:15 UTC" },
        { name: "Regions", value: "eu-west-1, us-east-1 (2 of 3)" },
        { name: "Error", value: "refused" },
        { name: "Phase", value: "connect" },
        { name: "Group", value: "web" },
      ],
      links: [
        { label: "Task", url: `${PAGE}/#/task/Database` },
        { label: "Help", url: `${PAGE}/help/refused` },
      ],
    });
    assert.deepEqual(messageOf(alertOf("Database"), null).links, []);
  });

  test("gets a hostile name as text in its own markup", () => {
    const event = alertOf(HOSTILE);
    const slack = JSON.stringify(bodyOf("slack", event));
    assert.match(slack, /&lt;script&gt;/);
    assert.doesNotMatch(slack, /"mrkdwn","text":"[^"]*<script/);
    const discord = bodyOf("discord", event);
    assert.match(discord.embeds[0].title, /\\<script\\>.*\\@everyone \\\*b\\\* \\\[x\\\]\\\(/);
    assert.deepEqual(discord.allowed_mentions, { parse: [] });
    assert.match(bodyOf("telegram", event).text, /^<b>CRITICAL: &lt;script&gt;alert\(1\)&lt;/);
    const [card] = bodyOf("teams", event).attachments;
    const [title] = card.content.body;
    assert.equal(title.type, "RichTextBlock");
    assert.match(title.inlines[0].text, /^CRITICAL: <script>/);
    const mail = build("email", event);
    assert.ok(mail.kind === "mail");
    assert.doesNotMatch(mail.mail.subject, /[\r\n]/);
    assert.match(bodyOf("ntfy", event).title, /<script>.*😀\\u000d\\u000aBcc/);
  });

  test("cuts what is longer than its limits, and no character in two", () => {
    const event = alertOf("&😀".repeat(20_000), "CRITICAL", { host: "😀".repeat(9_000) });
    const slack = bodyOf("slack", event);
    assert.ok(slack.attachments[0].blocks[0].text.text.length <= 150);
    assert.ok(slack.attachments[0].blocks[1].text.text.length <= 3_000);
    assert.doesNotMatch(slack.attachments[0].blocks[1].text.text, /&(?!amp;)/);
    const [embed] = bodyOf("discord", event).embeds;
    assert.ok(embed.title.length <= 256 && JSON.stringify(embed).length < 6_000);
    assert.ok(bodyOf("telegram", event).text.length <= 4_096);
    assert.ok(Buffer.byteLength(bodyOf("ntfy", event).message) <= 4_096);
    assert.ok(bodyOf("opsgenie", event).message.length <= 130);
    assert.ok(JSON.stringify(bodyOf("teams", event)).length < 28_000);
    for (const type of Object.keys(GOOD)) {
      const sending = build(type, event);
      const text =
        sending.kind === "http" ? sending.body : sending.mail.subject + sending.mail.text;
      assert.ok(text.isWellFormed(), type);
    }
  });

  test("triggers and resolves one alert of a pager by one key", () => {
    const [open, over] = [alertOf("db"), alertOf("db", "OK")].map((one) =>
      bodyOf("pagerduty", one),
    );
    assert.equal(open.event_action, "trigger");
    assert.equal(over.event_action, "resolve");
    assert.equal(open.dedup_key, over.dedup_key);
    assert.equal(open.routing_key, environment.KEY);
    const [made, closed] = [alertOf("d/b"), alertOf("d/b", "OK")].map((one) =>
      build("opsgenie", one),
    );
    assert.ok(made?.kind === "http" && closed?.kind === "http");
    assert.equal(made.url, "https://api.eu.opsgenie.com/v2/alerts");
    assert.equal(JSON.parse(made.body).alias, "synfleet-d/b");
    assert.equal(
      closed.url,
      "https://api.eu.opsgenie.com/v2/alerts/synfleet-d%2Fb/close?identifierType=alias",
    );
  });

  test("posts the event as it is to a webhook, or a template with its values escaped", () => {
    const event = alertOf('a "q" \n');
    assert.deepEqual(bodyOf("webhook", event), event);
    const template =
      '{"t":"${detail.task_name} $${x}","n":${detail.regions_reporting},"k":"${KEY}","m":"${message.title}","v":${detail.votes.0}}';
    assert.deepEqual(bodyOf("webhook", event, { ...GOOD.webhook, template }), {
      t: 'a "q" \n ${x}',
      n: 3,
      k: environment.KEY,
      m: 'CRITICAL: a "q" \\u000a',
      v: { region: "eu-west-1", vote: "breach" },
    });
    const headers = { "content-type": "text/plain" };
    const plain = build("webhook", event, {
      ...GOOD.webhook,
      headers,
      template: "${detail.state} ${no.such}!",
      method: "PUT",
    });
    assert.ok(plain.kind === "http");
    assert.deepEqual([plain.method, plain.body], ["PUT", "CRITICAL !"]);
  });

  test("shows nothing secret when it is masked", () => {
    for (const [type, fields] of Object.entries(GOOD)) {
      const { target } = read(type, fields);
      const event = alertOf("db");
      const note = { id: "id1", message: messageOf(event, PAGE), event };
      assert.doesNotMatch(JSON.stringify(target?.buildMasked(note)), /secret/, type);
      assert.match(JSON.stringify(target?.build(note)), /secret/, type);
    }
  });
});

describe("readTarget", () => {
  const MISSING = "needs the variable GONE, which is not set";
  const BAD: readonly (readonly [string, Fields, readonly string[]])[] = [
    ["slack", { url: "${GONE}" }, [`url ${MISSING}`]],
    ["slack", {}, ["url is required"]],
    [
      "slack",
      { url: "ftp://secret" },
      ['url must be an http or https URL without a user and a password, is "(not shown)"'],
    ],
    ["webhook", { url: "${HOOK}", headers: { a: "${GONE}" } }, [`headers.a ${MISSING}`]],
    [
      "webhook",
      { url: "${HOOK}", headers: { "a b": "x" } },
      ["headers has a name or a value that no header may have"],
    ],
    [
      "webhook",
      { url: "${HOOK}", template: "{" },
      ["template is not JSON when its places are filled"],
    ],
    [
      "webhook",
      { url: "${HOOK}", methd: "PUT" },
      ['methd is not a field of a target of type "webhook" (did you mean "method"?)'],
    ],
    [
      "slak",
      {},
      [
        `type must be one of ${Object.keys(SERVICES).join(", ")} (did you mean "slack"?), is "slak"`,
      ],
    ],
    [
      "telegram",
      { token: "x\ny" },
      ['token must be a text of one line, is "(not shown)"', "chat_id is required"],
    ],
    [
      "email",
      { host: "h", from: "a", to: ["b@c"], user: "u" },
      [
        "password is required beside the other",
        'from must be an address like a@example.com or Name <a@example.com>, is "a"',
      ],
    ],
    [
      "ntfy",
      { topic: "${a b}" },
      ['topic has a "${…}" that names no variable; write "$${" for a literal "${"'],
    ],
    [
      "slack",
      { url: "${HOOK}", states: ["OK"] },
      ['states must be of CRITICAL, WARNING, NO_DATA, is ["OK"]'],
    ],
  ];
  for (const [type, fields, sentences] of BAD) {
    test(`says what is wrong with ${type} ${JSON.stringify(fields)}`, () => {
      const { target, problems } = read(type, fields, true);
      assert.equal(target, null);
      assert.deepEqual(
        problems.map(problemSentence),
        sentences.map((one) => `Target "t": ${one}`),
      );
    });
  }

  test("warns of a secret that goes over plain http, but not on this machine", () => {
    const topic = { topic: "abcde" };
    assert.match(
      read("ntfy", { ...topic, url: "http://ntfy.example.com" }).warnings.join(),
      /^Target "t": url is http/,
    );
    assert.deepEqual(read("ntfy", { ...topic, url: "http://127.0.0.1:1" }).warnings, []);
  });

  test("takes each name once", () => {
    const value = [1, 2].map(() => ({ type: "slack", name: "a", url: "${HOOK}" }));
    const { problems } = readNotifySections([{ file: "t.toml", value }], environment);
    assert.deepEqual(problems.map(problemSentence), [
      'Target "a": name is that of another target too',
    ]);
  });

  const held = { suppressed_by: "storm" };
  const WANTS: readonly (readonly [Fields, NotifyEvent, boolean])[] = [
    [{}, alertOf("db"), true],
    [{}, alertOf("db", "OK"), true],
    [{}, alertOf("db", "CRITICAL", held), false],
    [{}, stormOf("opened"), true],
    [{}, { ...alertOf("db"), "detail-type": "Probe Fleet Heartbeat" }, false],
    [{ states: ["WARNING"] }, alertOf("db"), false],
    [{ states: ["CRITICAL"] }, alertOf("db", "OK"), true],
    [{ min_severity: "critical" }, alertOf("db", "WARNING"), false],
    [{ min_severity: "critical" }, alertOf("db", "OK"), true],
    [{ min_severity: "critical" }, stormOf("closed"), true],
    [{ tasks: ["d*"] }, alertOf("db"), true],
    [{ tasks: ["d"] }, alertOf("db"), false],
    [{ tasks: ["db"] }, alertOf("db", "CRITICAL", held), true],
    [{ tasks: ["db"] }, stormOf("opened"), false],
    [{ groups: ["web"] }, alertOf("db"), true],
    [{ groups: ["app"] }, alertOf("db"), false],
    [{ tags: { team: "db" } }, alertOf("db"), true],
    [{ tags: { team: "web" } }, alertOf("db"), false],
  ];
  for (const [filter, event, wanted] of WANTS) {
    const { state, phase } = event.detail;
    test(`with ${JSON.stringify(filter)} ${wanted ? "wants" : "leaves"} ${event["detail-type"]} ${state ?? phase}`, () => {
      assert.equal(read("slack", { ...GOOD.slack, ...filter }, true).wants(event), wanted);
    });
  }
});

describe("digestOf", () => {
  test("tells what is open, what was over meanwhile, and what recovered, with counts", () => {
    const events = [
      ...Array.from({ length: 12 }, (_, i) => alertOf(`open ${i}`)),
      alertOf("short"),
      alertOf("short", "OK"),
      alertOf("old", "OK"),
    ];
    const message = digestOf(events, PAGE);
    assert.equal(message.title, "Synfleet: 12 open, 2 over");
    assert.equal(message.tone, "critical");
    const lines = message.text.split("\n");
    assert.match(lines[0] ?? "", /^12 still: CRITICAL: open 0, .*CRITICAL: open 9, and 2 more$/);
    assert.deepEqual(lines.slice(1), ["1 over again: OK: short", "1 recovered: OK: old"]);
  });
});
