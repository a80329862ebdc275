import type { StatusPageConfig } from "./fleet-config.ts";
import {
  type ConfigReader,
  readBoolean,
  readCount,
  readerOf,
  readText,
  refuse,
} from "./read-config.ts";

const FIELDS = ["title", "days", "showHosts", "tag", "domainName", "certificateArn"];

const LABEL = { pattern: /^[^\p{Cc}]{1,100}$/u, rule: "a text of 1 to 100 characters" };

/** Reads the public status page of a fleet; null if it has none. */
export function readStatusPage(fleet: ConfigReader): StatusPageConfig | null {
  const raw = fleet.fields.statusPage;
  if (raw === undefined || raw === false) return null;
  const reader = readerOf(
    `${fleet.path}.statusPage`,
    raw === true ? {} : raw,
    FIELDS,
    fleet.problems,
  );
  return {
    title: readText(reader, "title", { ...LABEL, fallback: "Status" }),
    days: readCount(reader, "days", { least: 1, most: 90, fallback: 90 }),
    showHosts: readBoolean(reader, "showHosts", false),
    tag: readText(reader, "tag", { ...LABEL, fallback: "" }) || null,
    domain: readDomain(reader),
  };
}

function readDomain(reader: ConfigReader): StatusPageConfig["domain"] {
  const name = readText(reader, "domainName", {
    pattern: /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    rule: "a host name in lower case",
    fallback: "",
  });
  const certificateArn = readText(reader, "certificateArn", {
    // CloudFront takes certificates of this region only.
    pattern: /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]{1,64}$/,
    rule: "the ARN of a certificate in us-east-1",
    fallback: "",
  });
  if ((name === "") !== (certificateArn === "")) {
    const [missing, other] =
      name === "" ? ["domainName", "certificateArn"] : ["certificateArn", "domainName"];
    refuse(reader, missing, `given with ${other}`, undefined);
  }
  return name === "" || certificateArn === "" ? null : { name, certificateArn };
}
