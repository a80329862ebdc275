import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { readHouse } from "./read-house.ts";

/** Folders of the project that documents name. */
const FOLDERS = "shared|functions|cdk|local|cli|terminal|bench|docs|test";
const IGNORED = ["node_modules", ".git", "cdk.out"];

/** What a command writes and git ignores. */
const GENERATED = ["bench/results"];

const documents = markdownIn(".").map((path) => ({ path, text: readFileSync(path, "utf8") }));
const code = [...readHouse().values()].filter(({ path }) => !path.startsWith("test/house/"));
const words = code.map(({ text }) => text).join("\n");

/** Every Markdown file of the project, by its path from the root. */
function markdownIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = normalize(join(folder, entry.name));
    if (entry.isDirectory()) return IGNORED.includes(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith(".md") ? [path.replaceAll("\\", "/")] : [];
  });
}

/** Paths from the root that a document writes as code, without globs and lists in braces. */
function pathsIn(text: string): string[] {
  const written = text.matchAll(new RegExp(`(?<=[\`\\s(])(?:${FOLDERS})/[\\w./-]*`, "g"));
  return [...written].map(([path]) => path.replace(/[./]+$/, ""));
}

/** Targets of a document's links, without those to the web and within the page. */
function linksIn(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^\w+:/.test(target));
}

/** Words that every reader of the code meets. */
const HALLWAY = [
  ...["task", "plan", "slot", "probe", "result", "summary", "health", "alert", "chunk"],
  ...["lease", "lease term", "interval", "shard", "manifest", "bundle", "watermark", "window"],
  ...["quorum", "vote", "finding", "rule", "streak", "missed", "uncounted", "suspect", "stall"],
  ...["pending", "outbox", "acknowledge", "heartbeat"],
];

describe("a document", () => {
  it("names only paths that exist", () => {
    const gone = documents.flatMap(({ path, text }) =>
      pathsIn(text)
        .filter((named) => !existsSync(named) && !GENERATED.includes(named))
        .map((named) => `${path}: ${named}`),
    );
    assert.deepEqual(gone, []);
  });

  it("links only to files that exist", () => {
    const gone = documents.flatMap(({ path, text }) =>
      linksIn(text)
        .filter((target) => !existsSync(join(dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    assert.deepEqual(gone, []);
  });

  it("has a number of its own if it is a decision", () => {
    // A number is reserved when work begins, so one may be missing for a while.
    const numbers = readdirSync("docs/decisions").map((name) => name.slice(0, 4));
    assert.ok(numbers.length > 0 && numbers.every((number) => /^\d{4}$/.test(number)));
    assert.deepEqual(numbers, [...new Set(numbers)]);
  });
});

describe("README.md", () => {
  const readme = documents.find(({ path }) => path === "README.md")?.text ?? "";

  it("names every folder of the project and every room of its main parts", () => {
    const foldersIn = (folder: string) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    const wanted = [
      ...FOLDERS.split("|").map((folder) => `${folder}/`),
      ...["shared", "functions", "cdk"].flatMap(foldersIn),
    ];
    assert.deepEqual(
      wanted.filter((name) => !readme.includes(`\`${name}\``)),
      [],
    );
  });
});

describe("docs/glossary.md", () => {
  const glossary = documents.find(({ path }) => path === "docs/glossary.md")?.text ?? "";
  const rows = glossary.split("\n").filter((line) => /^\| (?!term \|)/.test(line));
  const defined = rows.map((line) => line.split("|")[1]?.trim());
  const terms = [...glossary.matchAll(/`([^`]+)`/g)].map(([, term = ""]) => term);

  it("has a line for every word of the hallway", () => {
    const missing = HALLWAY.filter((word) => !defined.includes(word));
    assert.deepEqual(missing, []);
  });

  it("defines each term once", () => {
    assert.equal(new Set(defined).size, defined.length);
  });

  it("writes as code only what is a path or occurs in the code", () => {
    assert.ok(terms.length > 0);
    const unknown = terms.filter((term) => !existsSync(term) && !words.includes(term));
    assert.deepEqual(unknown, []);
  });
});
