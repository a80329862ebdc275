import { globSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { TOGETHER } from "./together/folders.ts";

// Every test, two files at a time. A file has a process of its own, which costs a second of CPU,
// except those of the folders in `TOGETHER`, of which each group shares one.

/** Begun first, so that none of them runs alone at the end. */
const SLOWEST = /^test\/(web|local|functions\/probe)\//;

const shared = Object.values(TOGETHER).flat();
const own = globSync("test/**/*.test.ts").filter(
  (file) => !shared.some((folder) => file.startsWith(`${folder}/`)),
);
const files = [
  ...Object.keys(TOGETHER),
  ...own.filter((file) => SLOWEST.test(file)),
  ...own.filter((file) => !SLOWEST.test(file)),
];

run({ files, concurrency: 2 })
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
