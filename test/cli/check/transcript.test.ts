import assert from "node:assert/strict";
import { test } from "node:test";
import { Transcript, transcriptLines } from "../../../cli/check/transcript.ts";

function said(transcript: Transcript, secrets: readonly string[] = []) {
  return transcriptLines(transcript.take(secrets));
}

test("Transcript joins what the network has cut, and shows a line each with escapes", () => {
  const transcript = new Transcript();
  for (const part of ["220 a", "\r", "\n250\x1b[3", "1m \\ ü\n"])
    transcript.listen("received", Buffer.from(part));
  transcript.listen("sent", Buffer.from([0x00, 0x41, 0x9b, 0xff]));
  assert.deepEqual(said(transcript), [
    "  ← 220 a\\r\\n",
    "  ← 250\\x1b[31m \\\\ ü\\n",
    "  → \\0A\\x9b\\xff",
  ]);
  assert.deepEqual(said(transcript), []);
});

test("Transcript has no secret, not even one that came back in pieces or holds another", () => {
  const transcript = new Transcript();
  transcript.listen("sent", Buffer.from("AUTH sesam\nöffne\r\n"));
  transcript.listen("received", Buffer.from("no: ses"));
  transcript.listen("received", Buffer.from("am\nöffne, sesam\r\n"));
  assert.deepEqual(said(transcript, ["", "sesam", "sesam\nöffne"]), [
    "  → AUTH ***\\r\\n",
    "  ← no: ***, ***\\r\\n",
  ]);
});

test("Transcript shows 40 lines of 200 characters, and that there was more", () => {
  const transcript = new Transcript();
  transcript.listen("received", Buffer.from(`${"x".repeat(300)}\n`.repeat(41)));
  const lines = said(transcript);
  assert.equal(lines.length, 41);
  assert.equal(lines[0], `  ← ${"x".repeat(199)}…`);
  assert.equal(lines[40], "  ← …");
  transcript.listen("received", Buffer.from("a\n".repeat(40)));
  assert.equal(said(transcript).length, 40);
});

test("Transcript keeps no more than the beginning of a flood", () => {
  const transcript = new Transcript();
  transcript.listen("received", Buffer.from("first\n"));
  for (let i = 0; i < 100; i++) transcript.listen("received", Buffer.alloc(64 * 1_024, "y"));
  assert.deepEqual(said(transcript), ["  ← first\\n", "  ← …"]);
});
