import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The files of one folder of an agent. A file is there in whole or not at all, also after a kill. */
export class AgentFiles {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Makes the folder, which nobody else may read. */
  static async open(dir: string): Promise<AgentFiles> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new AgentFiles(dir);
  }

  /** Null if there is none. */
  async read(name: string): Promise<Buffer | null> {
    try {
      return await readFile(join(this.dir, name));
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  }

  /** What the file says as JSON; null if there is none, or if it is damaged. */
  async readJson(name: string): Promise<unknown> {
    const bytes = await this.read(name);
    try {
      return bytes === null ? null : JSON.parse(bytes.toString("utf8"));
    } catch {
      return null;
    }
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    const path = join(this.dir, name);
    await writeFile(`${path}.tmp`, content, { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  }

  /** Does nothing if there is none. */
  async remove(name: string): Promise<void> {
    await rm(join(this.dir, name), { force: true });
  }

  /** The names of all files that are there in whole. */
  async list(): Promise<string[]> {
    const names = await readdir(this.dir);
    return names.filter((name) => !name.endsWith(".tmp"));
  }
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
