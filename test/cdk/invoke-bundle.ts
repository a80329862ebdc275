import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What a process of Lambda's does with a bundle: loads it and calls its handler once. */
const RUN = `
  const [folder, event] = process.argv.slice(1);
  require(folder).handler(JSON.parse(event)).then((answer) => {
    if (answer !== undefined) console.log(JSON.stringify(answer));
    process.exit(0);
  }, (error) => {
    console.error(error);
    process.exit(1);
  });
`;

/** Runs a bundle's handler once, in a process of its own with only this environment; its answer, if any, is the last line. */
export async function invokeBundle(
  folder: string,
  event: object,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const args = ["-e", RUN, folder, JSON.stringify(event)];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`The bundle's handler failed: ${complaints}`);
  return out;
}
