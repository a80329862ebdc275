import { type DurationMs, SECOND_MS } from "../shared/units.ts";

const LOOK_EVERY_MS: DurationMs = SECOND_MS;

/** What npm says of a script in its environment. */
export type NpmEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Whether npm runs this process as the `start` script of `packageFile`. Only then does the end of the
 * parent mean that the run is to end: a shell or a supervisor may start a fleet and leave it.
 */
export function isNpmStart(environment: NpmEnvironment, packageFile: string): boolean {
  const { npm_lifecycle_event: event, npm_package_json: file } = environment;
  return event === "start" && file === packageFile;
}

/**
 * Calls `onGone` once, when the parent process has ended: npm passes on SIGINT and SIGTERM, but not
 * SIGHUP, and a SIGKILL of npm reaches no one else.
 */
export function watchParent(onGone: () => void, parentId = () => process.ppid): void {
  const first = parentId();
  const timer = setInterval(() => {
    if (parentId() === first) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
