import { type FleetState, type GroupLack, type HeldTrouble, INITIAL_FLEET } from "./fleet-state.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A fleet's state as it is stored: plain JSON. */
export function printFleetState(state: FleetState): string {
  return JSON.stringify(state);
}

/**
 * The state in a stored one. A part that an older version did not store, or that can't be read, is as
 * it is initially. Throws if the text is no JSON object.
 */
export function parseFleetState(text: string): FleetState {
  const stored: unknown = JSON.parse(text);
  if (!isFields(stored)) throw new Error("state must be a JSON object");
  const { throughMs, regions, groups, troubles, troublesToMs } = stored;
  return {
    throughMs: isNumber(throughMs) ? throughMs : INITIAL_FLEET.throughMs,
    regions: readParts(regions, (region) => {
      const lack = readLack(region);
      const { doubtedSinceMs, lowSinceMs } = region;
      const doubt = { doubtedSinceMs: numberOrNull(doubtedSinceMs) };
      return lack === null ? null : { ...lack, ...doubt, lowSinceMs: numberOrNull(lowSinceMs) };
    }),
    groups: readParts(groups, readLack),
    ...(isFields(troubles) && {
      troubles: readParts(troubles, readTrouble),
      troublesToMs: isNumber(troublesToMs) ? troublesToMs : -1,
    }),
  };
}

function readTrouble(fields: Fields): HeldTrouble | null {
  const lack = readLack(fields);
  const { recent } = fields;
  return lack === null ? null : { ...lack, recent: isNumber(recent) ? recent : 0 };
}

function readParts<Part>(
  stored: unknown,
  read: (fields: Fields) => Part | null,
): Record<string, Part> {
  const entries = Object.entries(isFields(stored) ? stored : {});
  const parts = entries.flatMap(([name, value]) => {
    const part = isFields(value) ? read(value) : null;
    return part === null ? [] : [[name, part] as const];
  });
  return Object.fromEntries(parts);
}

function readLack({ number, sinceMs }: Fields): GroupLack | null {
  return isNumber(number) ? { number, sinceMs: numberOrNull(sinceMs) } : null;
}

function numberOrNull(value: unknown): number | null {
  return isNumber(value) ? value : null;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
