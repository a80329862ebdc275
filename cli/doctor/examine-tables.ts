import {
  type HomeTable,
  homeTableName,
  type RegionTable,
  regionTableName,
  TTL_ATTRIBUTE,
} from "../../shared/contract.ts";
import { type Fields, partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";
import type { QuestionName } from "./questions.ts";

const HOME: readonly HomeTable[] = ["tasks", "settings", "task-status", "summaries", "alerts"];
const REGION: readonly RegionTable[] = ["plans", "results"];

/** Only the user can write these again. */
const IRREPLACEABLE: readonly string[] = ["tasks", "settings"];

/** Items of these never expire. */
const LASTING: readonly string[] = ["tasks"];

/** A fleet may be deployed with these provisioned. */
const STEADY: readonly string[] = ["summaries", "results"];

interface Named {
  readonly table: HomeTable | RegionTable;
  readonly name: string;
}

/**
 * Whether each table is there, is billed as it may be, forgets what has expired, and can be restored if
 * only the user could write it again.
 */
export async function examineTables(examined: Examined, place: Place): Promise<Finding[]> {
  const about: About = { region: place.region, part: "tables" };
  const names = namesIn(examined.fleet.name, place);
  const found = await Promise.all(
    names.map((named) => examineTable(examined, { ...about, at: place.at }, named)),
  );
  return orWell(about, found.flat());
}

function namesIn(fleet: string, { region, isHome, probed }: Place): Named[] {
  const home = HOME.map((table) => ({ table, name: homeTableName(fleet, table) }));
  const own = REGION.map((table) => ({ table, name: regionTableName(fleet, table, region) }));
  return [...(isHome ? home : []), ...(probed === null ? [] : own)];
}

async function examineTable(
  { ask }: Examined,
  about: About & { readonly at: string },
  { table, name }: Named,
): Promise<Finding[]> {
  const judge = async (question: QuestionName, what: string, judgeFields: JudgeFields) => {
    const reply = await ask(question, { region: about.at, body: { TableName: name } });
    if (reply.kind === "answer") return judgeFields(reply.fields);
    return reply.kind === "gone" ? [] : [unasked(about, what, reply)];
  };
  const described = await ask("table", { region: about.at, body: { TableName: name } });
  if (described.kind === "gone") {
    const todo = 'see docs/deploy.md, "A table that is missing"';
    return [wrong(about, `Table ${name} is missing`, todo)];
  }
  const known =
    described.kind === "answer"
      ? tableFindings(about, { table, name }, described.fields)
      : [unasked(about, `Table ${name}`, described)];
  const [expiry, backups] = await Promise.all([
    LASTING.includes(table)
      ? []
      : judge("expiry", `The time to live of ${name}`, (told) => expiryFindings(about, name, told)),
    IRREPLACEABLE.includes(table)
      ? judge("backups", `The recovery of ${name}`, (told) => backupFindings(about, name, told))
      : [],
  ]);
  return [...known, ...expiry, ...backups];
}

type JudgeFields = (fields: Fields) => Finding[];

function tableFindings(about: About, { table: kind, name }: Named, fields: Fields): Finding[] {
  const table = partOf(fields, "Table");
  const { TableStatus: status } = table;
  const isThere = status === "ACTIVE" || status === "UPDATING";
  const isOnDemand = partOf(table, "BillingModeSummary").BillingMode === "PAY_PER_REQUEST";
  return [
    ...(isThere ? [] : [wrong(about, `Table ${name} is ${status}`, "wait, and ask again")]),
    ...(isOnDemand || STEADY.includes(kind)
      ? []
      : [wrong(about, `Table ${name} is not billed on demand`, "deploy with --revert-drift")]),
  ];
}

function expiryFindings(about: About, name: string, fields: Fields): Finding[] {
  const { TimeToLiveStatus: status, AttributeName: attribute } = partOf(
    fields,
    "TimeToLiveDescription",
  );
  if (/^ENABL/.test(String(status)) && attribute === TTL_ATTRIBUTE) return [];
  const todo = `set its time to live to ${TTL_ATTRIBUTE}`;
  return [wrong(about, `Table ${name} does not forget what has expired`, todo)];
}

function backupFindings(about: About, name: string, fields: Fields): Finding[] {
  const all = partOf(fields, "ContinuousBackupsDescription");
  const recovery = partOf(all, "PointInTimeRecoveryDescription");
  if (recovery.PointInTimeRecoveryStatus === "ENABLED") return [];
  return [wrong(about, `Table ${name} can't be restored`, "switch its point-in-time recovery on")];
}
