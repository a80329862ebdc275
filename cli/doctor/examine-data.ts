import { readRegion } from "../../functions/history/history.ts";
import { impairedRegions, troublesNow } from "../../shared/fleet-health/fleet-health.ts";
import type { FleetRegion, Manifest } from "../../shared/plan/plan.ts";
import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  type RegionName,
  SECOND_MS,
  toIso,
} from "../../shared/units.ts";
import { openHome, openRegion } from "../fleet/open-stores.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unread, wrong } from "./finding.ts";

/** A plan is written each minute. */
const OLDEST_PLAN_MS: DurationMs = 5 * MINUTE_MS;

/** A probe claims time each minute, and for a minute ahead. */
const OLDEST_CLAIM_MS: DurationMs = 2 * MINUTE_MS;

/** A minute is summarised 90 s after its end at the latest. */
const OLDEST_MINUTE_MS: DurationMs = 5 * MINUTE_MS;

/** How far a region's clock may be off. */
const MOST_OFFSET_MS: DurationMs = SECOND_MS;

/** What a region's own items tell: its plan, its leases and its clock. */
export async function examineProbing(
  examined: Examined,
  { region, probed }: Place,
): Promise<Finding[]> {
  if (probed === null) return [];
  const [plan, clock] = await Promise.all([
    examinePlan(examined, probed),
    examineClock(examined, probed),
  ]);
  return [...plan, ...clock].map((finding) => ({ ...finding, region }));
}

async function examinePlan(examined: Examined, { name: region }: FleetRegion): Promise<Finding[]> {
  const about: About = { region, part: "plan" };
  const todo = 'see docs/runbook.md, "Plans stale"';
  try {
    const manifest = await openRegion(examined.open, region).plans.readManifest();
    if (manifest === null)
      return [
        wrong(about, "There is no plan yet", "wait two minutes after the deploy, then ask again"),
      ];
    const late = examined.nowMs - manifest.plannedAtMs > OLDEST_PLAN_MS;
    const age = `The plan is of ${toIso(manifest.plannedAtMs)}`;
    const gone =
      manifest.retired === true
        ? [wrong(about, "The plan says that the region is retired", "deploy home's stack")]
        : [];
    const plan = [...gone, ...(late ? [wrong(about, age, todo)] : [])];
    return [...orWell(about, plan), ...(await examineLeases(examined, region, manifest))];
  } catch (error) {
    return [unread(about, "The plan", error)];
  }
}

async function examineLeases(
  { open, nowMs }: Examined,
  region: RegionName,
  { shards }: Manifest,
): Promise<Finding[]> {
  const about: About = { region, part: "leases" };
  const { leases } = openRegion(open, region);
  const busy = shards.filter(({ taskCount }) => taskCount > 0);
  const found = await Promise.all(
    busy.map(async ({ shard }) => {
      try {
        const claimedToMs = (await leases.readLease(shard))?.claimedToMs ?? null;
        return leaseFindings(about, shard, { claimedToMs, nowMs });
      } catch (error) {
        return [unread(about, `The lease of shard ${shard}`, error)];
      }
    }),
  );
  return orWell(about, found.flat());
}

function leaseFindings(
  about: About,
  shard: number,
  { claimedToMs, nowMs }: { readonly claimedToMs: EpochMs | null; readonly nowMs: EpochMs },
): Finding[] {
  const todo = 'see docs/runbook.md, "Probe silent" and "probe errors", or look at its agent';
  if (claimedToMs === null) return [wrong(about, `Shard ${shard} has never been probed`, todo)];
  if (nowMs - claimedToMs <= OLDEST_CLAIM_MS) return [];
  return [wrong(about, `Shard ${shard} stands still since ${toIso(claimedToMs)}`, todo)];
}

async function examineClock(
  { open, nowMs }: Examined,
  { name, shards }: FleetRegion,
): Promise<Finding[]> {
  const about: About = { region: name, part: "clock" };
  try {
    const source = { region: name, shards, ...openRegion(open, name) };
    const { clockOffsetMs } = await readRegion(source, nowMs);
    if (clockOffsetMs === null) return orWell(about, [], "not measured");
    if (Math.abs(clockOffsetMs) <= MOST_OFFSET_MS)
      return orWell(about, [], `${Math.round(clockOffsetMs)} ms off`);
    return [
      wrong(about, `The clock is off by ${Math.round(clockOffsetMs)} ms`, "see docs/clocks.md"),
    ];
  } catch (error) {
    return [unread(about, "The clock", error)];
  }
}

/** What home's own items tell: its last minute, and what is wrong with the fleet as it sees it. */
export async function examineHome(
  examined: Examined,
  { region, isHome }: Place,
): Promise<Finding[]> {
  if (!isHome) return [];
  const [minutes, troubles] = await Promise.all([
    examineMinutes(examined, { region, part: "minutes" }),
    examineTroubles(examined, { region, part: "troubles" }),
  ]);
  return [...minutes, ...troubles];
}

async function examineMinutes({ open, nowMs }: Examined, about: About): Promise<Finding[]> {
  try {
    const watermarkMs = (await openHome(open).progress.readProgress())?.watermarkMs ?? null;
    if (watermarkMs === null)
      return [
        wrong(
          about,
          "No minute is summarised yet",
          "wait four minutes after the deploy, then ask again",
        ),
      ];
    if (nowMs - watermarkMs <= OLDEST_MINUTE_MS) return orWell(about, []);
    const text = `The last summarised minute ended at ${toIso(watermarkMs)}`;
    return [wrong(about, text, 'see docs/runbook.md, "Aggregator silent"')];
  } catch (error) {
    return [unread(about, "The last summarised minute", error)];
  }
}

async function examineTroubles({ open }: Examined, about: About): Promise<Finding[]> {
  try {
    const { record } = await openHome(open).fleetRecord.readFleet();
    const told = troublesNow(record.state).map(({ kind, region, sinceMs }) => {
      const where = region === null ? "" : ` in ${region}`;
      const text = `${kind.replaceAll("_", " ")}${where} since ${toIso(sinceMs)}`;
      return wrong(about, `Home tells of trouble: ${text}`, "see docs/fleet-health.md");
    });
    const impaired = [...impairedRegions(record.state)].map((region) =>
      wrong(
        about,
        `${region} is impaired and does not vote`,
        'see docs/runbook.md, "Region impaired"',
      ),
    );
    return orWell(about, [...told, ...impaired]);
  } catch (error) {
    return [unread(about, "What home tells of the fleet", error)];
  }
}
