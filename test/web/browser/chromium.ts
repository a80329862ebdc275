import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BrowserPage } from "./browser-page.ts";
import { CdpConnection } from "./cdp.ts";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a Chromium is, or null. */
export function findChromium(): string | null {
  return PATHS.find((path) => existsSync(path)) ?? null;
}

/** A headless browser of our own. */
export interface Browser {
  readonly open: (url: string, size?: PageSize) => Promise<BrowserPage>;
  readonly close: () => Promise<void>;
}

/** A window's size in CSS pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Starts a browser with a profile of its own. */
export async function startBrowser(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "synfleet-browser-"));
  const child = spawn(
    path,
    [
      ...["--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--disable-gpu"],
      ...["--no-first-run", "--disable-extensions", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
      `--user-data-dir=${profile}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const connection = await CdpConnection.open(await addressIn(child));
  return {
    open: (url, size = { width: 1280, height: 800 }) => BrowserPage.open(connection, url, size),
    close: async () => {
      connection.close();
      await stop(child);
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Where the browser's debugger listens, as it says itself. */
async function addressIn(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error("the browser has no stderr");
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const [, address] = /^DevTools listening on (ws:.*)$/.exec(line) ?? [];
    if (address !== undefined) {
      child.stderr.resume();
      return address;
    }
  }
  throw new Error(`the browser ended: ${said.join("\n")}`);
}

/** Its helpers are in its process group, so that all of them end. */
async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once("exit", done));
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
