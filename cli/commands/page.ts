import { findRunningFleet } from "../../local/aws/local-data.ts";
import packageJson from "../../package.json" with { type: "json" };
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { type PageServer, startPageServer } from "../../web/server/page-server.ts";
import {
  LISTEN_ABOUT,
  type PagePlace,
  parsePlace,
  refusePlace,
  USUAL_PORT,
} from "../../web/server/place/page-place.ts";
import { readPageToken, TokenError } from "../../web/server/place/read-token.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { CliError, UsageError } from "../command/errors.ts";
import { flagOption, textOption, textOptions } from "../command/read-option.ts";
import { FLEET_OPTIONS, placeOf } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";

/** On AWS each look is paid for; the fleet judges once a minute, and when something turns. */
const POLL_MS: DurationMs = 10 * SECOND_MS;

/** `synfleet page`: a local server that shows a fleet in the browser. */
export const page: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    port: {
      type: "string",
      value: "PORT",
      about: `Its port (default ${USUAL_PORT}; 0 for a free one).`,
    },
    listen: { type: "string", value: "ADDRESS", about: LISTEN_ABOUT },
    "token-file": {
      type: "string",
      value: "FILE",
      about: "The token that whoever looks must have (else SYNFLEET_PAGE_TOKEN).",
    },
    host: {
      type: "string",
      multiple: true,
      value: "NAME",
      about: "A further name under which it is asked, e.g. behind a proxy; may be given again.",
    },
    json: { type: "boolean", about: "Print one JSON object with its url." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "npm start has a page of its own: for its data this command only says where that is. Nothing is read while nobody looks.",
    "It runs until it is interrupted. Exit codes: 0 stopped, or npm start has the page; 3 failed.",
  ],
  run: async (call) => {
    const place = pagePlaceOf(call);
    const running = await runningPage(call);
    if (running !== null) return say(call, running, "The fleet that runs has its page at");
    return withFleet(call, (open) => serve(call, open, place));
  },
};

function pagePlaceOf(call: Call): PagePlace {
  const place = parsePlace({
    port: textOption(call, "port"),
    listen: textOption(call, "listen"),
    names: textOptions(call, "host"),
  });
  if (Array.isArray(place)) throw new UsageError(`${place.join("; ")}.`);
  const token = tokenOf(call);
  const refusal = refusePlace({ ...place, token });
  if (refusal !== null) throw new UsageError(`${refusal}.`);
  return { ...place, token };
}

function tokenOf(call: Call): string | null {
  try {
    return readPageToken({ file: textOption(call, "token-file"), environment: call.io.env });
  } catch (error) {
    throw error instanceof TokenError ? new CliError(`${error.message}.`) : error;
  }
}

/** The page that the fleet on the same data has; null if the call asks for another place. */
async function runningPage(call: Call): Promise<string | null> {
  const place = placeOf(call);
  const asksForOwn = ["port", "listen"].some((name) => textOption(call, name) !== null);
  if (place.kind === "aws" || asksForOwn) return null;
  return (await findRunningFleet(place.dir))?.page ?? null;
}

async function serve(call: Call, open: OpenFleet, place: PagePlace): Promise<ExitCode> {
  const server = await start(call, open, place);
  say(call, server.url, "The page is at");
  await call.io.untilStopped();
  await server.close();
  return EXIT.fine;
}

async function start(call: Call, open: OpenFleet, place: PagePlace): Promise<PageServer> {
  const warn = (sentence: string) => call.io.error(sentence);
  try {
    const server = await startPageServer({
      sources: openHistory(open),
      ...{ place, warn, pollMs: POLL_MS },
      version: packageJson.version,
      now: call.io.now,
    });
    server.warm();
    return server;
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    throw new CliError(`Port ${place.port} is taken: name another with --port.`);
  }
}

function say(call: Call, url: string, sentence: string): ExitCode {
  call.io.out(flagOption(call, "json") ? JSON.stringify({ url }) : `${sentence} ${url}`);
  return EXIT.fine;
}
