import { setTimeout as sleep } from "node:timers/promises";
import {
  type AgentEvent,
  FolderInUseError,
  findLocalHome,
  openLocalHome,
  runAgent,
  UnknownAgentError,
} from "../../local/agent/agent.ts";
import { DEFAULT_CLOCK_SERVER, DEFAULT_RESULT_DAYS, ENV } from "../../shared/contract.ts";
import { isLocationName, LOCATION_NAME_RULE, toIso } from "../../shared/units.ts";
import { isCidr } from "../../shared/vet/vet.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { CliError, UsageError } from "../command/errors.ts";
import { flagOption, numberOption, textOption, textOptions } from "../command/read-option.ts";
import { agentDirOf, DATA_OPTION } from "../fleet/agent-dir.ts";
import { readCdkFleet, readCdkJson } from "../fleet/read-cdk-fleet.ts";
import { agentLine } from "../show/print-agent.ts";

/** `synfleet agent`: probes one location of a fleet from this machine, until it is stopped. */
export const agent: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    location: {
      type: "string",
      value: "NAME",
      about: "The location, as fleet.locations names it.",
    },
    fleet: { type: "string", value: "NAME", about: "The fleet (else from cdk.json)." },
    home: { type: "string", value: "REGION", about: "Its home region (else from cdk.json)." },
    local: {
      type: "string",
      value: "DIR",
      about: "The fleet of npm start --agents NAME on that data, instead of AWS.",
    },
    ...DATA_OPTION,
    "allow-private": {
      type: "string",
      multiple: true,
      value: "CIDR",
      about: "Private addresses that it may connect to; may be given again.",
    },
    ipv6: { type: "boolean", about: "There is a route for IPv6." },
    secret: {
      type: "string",
      multiple: true,
      value: "REFERENCE",
      about: "A secret that tasks may name, as in fleet.secrets; may be given again.",
    },
    "result-days": {
      type: "string",
      value: "N",
      about: `How long home keeps results (else from cdk.json, else ${DEFAULT_RESULT_DAYS}).`,
    },
    "no-hints": { type: "boolean", about: "Never invoke home; it then looks once a minute." },
    json: { type: "boolean", about: "Print JSON lines." },
    "clock-server": {
      type: "string",
      value: "HOST",
      about: `The time server that it asks (default ${DEFAULT_CLOCK_SERVER}), or off.`,
    },
  },
  notes: [
    "Credentials are found as the AWS SDK does it, and need the policy that the location's stack makes (docs/agent.md). Without AWS it goes on by its last plan, and delivers the results later.",
    "It prints a line for each lease term, which is a minute, and for what happens beside. It runs until it is interrupted, and then ends within some seconds.",
    "Exit codes: 0 stopped, 2 wrong usage, 3 failed, e.g. because another agent works on the folder.",
  ],
  run: async (call) => {
    const stop = new AbortController();
    void call.io.untilStopped().then(() => stop.abort());
    const place = await placeOf(call, stop.signal).catch(asCliError);
    if (place === null) return EXIT.fine;
    await runAgent({
      ...place,
      dir: agentDirOf(call),
      stop: stop.signal,
      resultDays: resultDaysOf(call),
      environment: { ...environmentOf(call), ...place.environment },
      log: (event) => call.io.out(lineOf(call, event)),
    }).catch(asCliError);
    return EXIT.fine;
  },
};

function lineOf({ io, options }: Call, event: AgentEvent): string {
  const lines = { colours: io.colours, isLocal: options.local !== undefined };
  if (options.json !== true) return agentLine(event, io.now(), lines);
  return JSON.stringify({ at: toIso(io.now()), ...event });
}

function asCliError(error: unknown): never {
  const isOwn = error instanceof FolderInUseError || error instanceof UnknownAgentError;
  throw isOwn ? new CliError(error.message) : error;
}

interface AgentPlace {
  readonly fleet: string;
  readonly home: string;
  readonly location: string;
  readonly findHome?: () => Promise<void>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Null if the agent is stopped before there is a fleet. */
async function placeOf(call: Call, stop: AbortSignal): Promise<AgentPlace | null> {
  const location = textOption(call, "location");
  if (!isLocationName(location))
    throw new UsageError(`--location must be ${LOCATION_NAME_RULE}, is "${location ?? ""}".`);
  const dir = textOption(call, "local");
  const found = dir === null ? awsPlaceOf(call) : await localPlaceOf(call, dir, location, stop);
  if (found === null) return null;
  const { extra, ...place } = found;
  const environment = {
    ...extra,
    [ENV.fleet]: place.fleet,
    [ENV.home]: place.home,
    [ENV.alwaysOn]: "true",
  };
  return { ...place, location, environment };
}

function awsPlaceOf(call: Call) {
  const described = readCdkFleet(readCdkJson(call.io.cwd));
  const fleet = textOption(call, "fleet") ?? described?.name;
  const home = textOption(call, "home") ?? described?.home;
  if (fleet === undefined || home === undefined)
    throw new UsageError("agent needs --fleet and --home where no cdk.json here has them.");
  return { fleet, home, extra: {} };
}

/** A start of npm start after another finds the same fleet on the data, elsewhere. */
async function localPlaceOf(call: Call, dir: string, location: string, stop: AbortSignal) {
  const home = await openLocalHome({
    ...{ dir, location, stop },
    sleep: async (ms) => void (await sleep(ms, undefined, { signal: stop }).catch(() => undefined)),
    noFleet: () => call.io.out(lineOf(call, { event: "no-fleet", dir })),
  });
  if (home === null) return null;
  const { fleet, own, hasFunctions } = home;
  const extra = {
    [ENV.allowedCidrs]: (own.allowedCidrs ?? []).join(","),
    ...(!hasFunctions && { [ENV.hints]: "off" }),
    [ENV.clockServer]: "",
  };
  const findHome = () => findLocalHome(dir, location);
  return { fleet: fleet.name, home: fleet.home, extra, findHome };
}

function resultDaysOf(call: Call): number {
  const given = numberOption(call, "result-days", { min: 1, max: 3_650 });
  return given ?? readCdkFleet(readCdkJson(call.io.cwd))?.resultDays ?? DEFAULT_RESULT_DAYS;
}

function environmentOf(call: Call): Record<string, string> {
  const cidrs = textOptions(call, "allow-private");
  const odd = cidrs.find((cidr) => !isCidr(cidr));
  if (odd !== undefined) throw new UsageError(`--allow-private must be a CIDR, is "${odd}".`);
  const server = textOption(call, "clock-server") ?? DEFAULT_CLOCK_SERVER;
  return {
    [ENV.allowedCidrs]: cidrs.join(","),
    [ENV.ipv6]: String(flagOption(call, "ipv6")),
    [ENV.secrets]: textOptions(call, "secret").join(","),
    ...(flagOption(call, "no-hints") && { [ENV.hints]: "off" }),
    ...(server !== "off" && { [ENV.clockServer]: server }),
  };
}
