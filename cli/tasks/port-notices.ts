import type { Notice } from "../../shared/input/input.ts";
import type { Task } from "../../shared/task/task.ts";

/** What the owner of a server must know before a plain TCP check harms its clients, by the server's usual port. */
const TEXTS: ReadonlyMap<number, string> = new Map([
  [
    3306,
    "is the port of MySQL and MariaDB, which take each check for a broken handshake and block the probe's address after max_connect_errors of them (100): raise that on the server",
  ],
]);

/** A notice for each task whose port is that of a server which blocks who only connects. `file` is null if there are several. */
export function portNotices(tasks: readonly Task[], file: string | null): Notice[] {
  return tasks.flatMap((task) => {
    const { port } = task.target;
    const text = TEXTS.get(port);
    return text === undefined ? [] : [{ file, task: task.name, text: `port ${port} ${text}` }];
  });
}
