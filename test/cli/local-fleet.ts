import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenFleet } from "../../cli/fleet/open-fleet.ts";
import { runCli } from "../../cli/run-cli.ts";
import { rememberRuntime } from "../../local/aws/runtime-file.ts";
import { startEmbedded, TEST_FLEET } from "../embedded.ts";
import { fakeIo } from "./fake-io.ts";

/** The output of a command and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly error: readonly string[];
}

/** A fleet on the embedded database; commands find it like a running one. */
export interface TestFleet {
  /** As stores are opened on it. */
  readonly open: OpenFleet;
  readonly dir: string;
  /** Of its database. */
  readonly endpoint: string;
  /** Writes a task file and gives its path. */
  writeTasks(...tasks: readonly object[]): string;
  writeFile(content: object): string;
  run(...words: readonly string[]): Promise<Said>;
  /** Like `run`, on a terminal that gives this answer. */
  runAnswering(answer: string, ...words: readonly string[]): Promise<Said>;
  close(): Promise<void>;
}

export async function startTestFleet(): Promise<TestFleet> {
  const embedded = await startEmbedded();
  const dir = mkdtempSync(join(tmpdir(), "synfleet-cli-"));
  const { endpoint, client } = embedded;
  rememberRuntime(dir, { role: "fleet", database: endpoint, events: null, fleet: TEST_FLEET });
  const writeFile = (content: object) => {
    const path = join(dir, "tasks.json");
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const run = async (answer: string | null, words: readonly string[]): Promise<Said> => {
    const ask = answer === null ? null : async () => answer;
    const io = fakeIo({ now: Date.now, ask });
    const code = await runCli([...words, "--data", dir], io);
    return { code, ...io.heard };
  };
  return {
    open: {
      fleet: TEST_FLEET,
      clientFor: () => client,
      bus: { publish: async () => ({ delivered: [], failed: [] }) },
    },
    dir,
    endpoint,
    writeTasks: (...tasks) => writeFile({ tasks }),
    writeFile,
    run: (...words) => run(null, words),
    runAnswering: (answer, ...words) => run(answer, words),
    close: async () => {
      await embedded.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** A task as a user writes it. */
export function userTask(name: string, different: object = {}) {
  return { name, host: "192.0.2.1:22", schedule_seconds: 60, ...different };
}
