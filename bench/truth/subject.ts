import { existsSync } from "node:fs";
import { isInstalled } from "../native/build.ts";
import type { Place } from "./start-inside.ts";
import { hostsFrom } from "./targets.ts";

export const PORT = 80;

/** So many checks due at once, each to a host of its own: the host is the key to the truth. */
export interface Scene {
  readonly count: number;
  readonly firstHost: string;
}

export const SCENES: readonly Scene[] = [
  { count: 1, firstHost: "10.77.1.1" },
  { count: 50, firstHost: "10.77.2.1" },
  { count: 200, firstHost: "10.77.3.1" },
  { count: 1_000, firstHost: "10.77.4.1" },
  { count: 2_000, firstHost: "10.77.8.1" },
];

export function hostsOf({ firstHost, count }: Scene): string[] {
  return hostsFrom(firstHost, count);
}

/** What a subject said of one connect. */
export interface Reading {
  readonly host: string;
  readonly ms: number;
  /** It says itself that the figure is not to be trusted. */
  readonly isSuspect: boolean;
}

export interface Series {
  readonly subject: string;
  readonly scene: Scene;
  readonly readings: readonly Reading[];
}

/** A prober under test, run on every scene one after another. */
export interface Subject {
  readonly name: string;
  /** The programs that it needs, by name or path. */
  readonly needs: readonly string[];
  measure(place: Place, scenes: readonly Scene[]): Promise<readonly Series[]>;
}

/** Why a subject can't run here, or null where it can. */
export function whyMissing({ needs }: Subject): string | null {
  const missing = needs.find((program) => !existsSync(program) && !isInstalled(program));
  return missing === undefined ? null : `needs ${missing}`;
}

export type Read = (place: Place, scene: Scene) => Promise<readonly Reading[]>;

/** A subject that is started anew for each scene. */
export function startedAnew(name: string, needs: readonly string[], read: Read): Subject {
  return {
    name,
    needs,
    measure: (place, scenes) => readInTurn(name, scenes, (scene) => read(place, scene)),
  };
}

export async function readInTurn(
  subject: string,
  scenes: readonly Scene[],
  read: (scene: Scene) => Promise<readonly Reading[]>,
): Promise<Series[]> {
  const all: Series[] = [];
  for (const scene of scenes) all.push({ subject, scene, readings: await read(scene) });
  return all;
}

/** Reads `<destination> <microseconds>` lines, as the small programs print them. */
export function readLines(text: string): Reading[] {
  const pairs = text.split("\n").map((line) => line.split(" "));
  return pairs.flatMap(([host = "", us]) =>
    us === undefined ? [] : [{ host, ms: Number(us) / 1_000, isSuspect: false }],
  );
}
