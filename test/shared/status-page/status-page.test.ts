import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  badgeSvg,
  buildSite,
  fileNameOf,
  type StatusDay,
  type StatusSite,
  type StatusTask,
} from "../../../shared/status-page/status-page.ts";
import { DAY_MS, MINUTE_MS } from "../../../shared/units.ts";

const TODAY_MS = Date.UTC(2026, 4, 1);
const HOSTILE = `<script>alert(1)</script> "it's" 🛰️ & \u202e\u0007`;

function aDay(different: Partial<StatusDay> = {}): StatusDay {
  return {
    startMs: TODAY_MS,
    uptimePercent: 100,
    downMs: 0,
    degradedMs: 0,
    maintenanceMs: 0,
    ...different,
  };
}

function aTask(different: Partial<StatusTask> = {}): StatusTask {
  return {
    name: "Database",
    host: null,
    group: null,
    state: "up",
    sinceMs: null,
    days: [aDay({ startMs: TODAY_MS - DAY_MS }), aDay()],
    uptimePercent: 100,
    ...different,
  };
}

function aSite(...tasks: StatusTask[]): StatusSite {
  return { title: "Status", asOfMs: TODAY_MS + MINUTE_MS, tasks, outages: [] };
}

function fileOf(site: StatusSite, path: string): string {
  const text = buildSite(site).get(path);
  assert.ok(text !== undefined, `no ${path} in ${[...buildSite(site).keys()].join(", ")}`);
  return text;
}

describe("buildSite", () => {
  it("writes a page, its style, a list for programs and a badge for each", () => {
    const site = aSite(aTask({ group: "web" }), aTask({ name: "Mail in" }));
    assert.deepEqual(
      [...buildSite(site).keys()],
      [
        "index.html",
        "style.css",
        "status.json",
        "badges/all.svg",
        `badges/task/${fileNameOf("Database")}.svg`,
        `badges/task/${fileNameOf("Mail in")}.svg`,
        "badges/group/web.svg",
      ],
    );
  });

  it("tells the worst first, in one sentence", () => {
    const headlines = [
      [[], "Nothing is shown here yet."],
      [[aTask()], "The service is operational."],
      [[aTask(), aTask()], "All services are operational."],
      [[aTask({ state: "maintenance" }), aTask()], "1 of 2 services is in maintenance."],
      [
        [aTask({ state: "degraded" }), aTask({ state: "down" }), aTask({ state: "down" })],
        "2 of 3 services are down.",
      ],
      [
        [aTask({ state: "no_data" }), aTask({ state: "degraded" })],
        "1 of 2 services is without data.",
      ],
    ] as const;
    for (const [tasks, sentence] of headlines) {
      assert.ok(fileOf(aSite(...tasks), "index.html").includes(`>${sentence}</p>`), sentence);
    }
  });

  it("says of each day what it was, and shows a worse one as another bar", () => {
    const days = [
      aDay({ uptimePercent: 99.996, downMs: 3_000 }),
      aDay({ degradedMs: 90 * MINUTE_MS }),
      aDay({ uptimePercent: null, maintenanceMs: DAY_MS }),
      aDay({ uptimePercent: null }),
    ];
    const page = fileOf(aSite(aTask({ days })), "index.html");
    assert.match(page, /<rect class="down"[^>]*><title>2026-05-01: 99.99 %, down for 3 s</);
    assert.match(
      page,
      /<rect class="degraded"[^>]*><title>2026-05-01: 100 %, degraded for 1 h 30 min</,
    );
    assert.match(
      page,
      /<rect class="maintenance"[^>]*><title>2026-05-01: no data, maintenance for 1 d</,
    );
    assert.match(page, /<rect class="unknown"[^>]*><title>2026-05-01: no data</);
  });

  it("lists what was down, and what still is", () => {
    const outages = [
      { taskName: "Database", fromMs: TODAY_MS - 5 * MINUTE_MS, toMs: null },
      { taskName: "Mail", fromMs: TODAY_MS - DAY_MS, toMs: TODAY_MS - DAY_MS + MINUTE_MS },
    ];
    const page = fileOf({ ...aSite(aTask()), outages }, "index.html");
    assert.match(page, /Database<\/span> is down, for 6 min so far/);
    assert.match(
      page,
      /Mail<\/span> was down for 1 min.*2026-04-30 00:00 UTC to 2026-04-30 00:01 UTC/,
    );
  });

  it("shows texts of tasks as text everywhere, and no host unless it is told", () => {
    const hostile = aTask({ name: HOSTILE, group: HOSTILE, state: "down" });
    const outages = [{ taskName: HOSTILE, fromMs: TODAY_MS, toMs: null }];
    const files = buildSite({ ...aSite(hostile), title: HOSTILE, outages });
    for (const [path, text] of files) {
      assert.match(path, /^[a-z0-9/.-]+$/);
      if (path === "status.json") assert.equal(JSON.parse(text).tasks[0].name, HOSTILE);
      else assert.ok(!["<script", "\u202e", "\u0007"].some((part) => text.includes(part)), path);
      if (path === "index.html")
        assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &quot;it&#39;s&quot; 🛰/);
    }
    const told = aSite(aTask({ host: "db.example.com:5432" }));
    assert.match(fileOf(told, "index.html"), /db\.example\.com:5432/);
    assert.equal(JSON.parse(fileOf(told, "status.json")).tasks[0].host, "db.example.com:5432");
    assert.ok(!("host" in JSON.parse(fileOf(aSite(aTask()), "status.json")).tasks[0]));
  });

  it("runs no script and loads nothing but its style", () => {
    const page = fileOf(aSite(aTask()), "index.html");
    assert.match(page, /default-src 'none'; style-src 'self'/);
    assert.doesNotMatch(page, /<script| on\w+=| style=|https?:/);
  });
});

describe("fileNameOf", () => {
  it("gives different names to different texts", () => {
    assert.equal(fileNameOf("web-1"), "web-1");
    assert.match(fileNameOf("Web 1"), /^web-1-[0-9a-f]{8}$/);
    assert.match(fileNameOf("🛰"), /^[0-9a-f]{8}$/);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        assert.match(fileNameOf(a), /^[a-z0-9-]*$/);
        if (a.toWellFormed() !== b.toWellFormed()) assert.notEqual(fileNameOf(a), fileNameOf(b));
      }),
    );
  });
});

describe("badgeSvg", () => {
  it("says name, state and uptime, and cuts a long name", () => {
    const badge = badgeSvg({ label: "x".repeat(100), state: "down", uptimePercent: 99.5 });
    assert.match(badge, /aria-label="x{39}…: down 99.50 %"/);
    assert.match(badge, /#b42318/);
  });
});
