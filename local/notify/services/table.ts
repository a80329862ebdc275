import type { Service } from "../message/service.ts";
import { discord } from "./discord.ts";
import { email } from "./email.ts";
import { ntfy } from "./ntfy.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

/** Every service, by the `type` of its targets. */
export const SERVICES: Readonly<Record<string, Service>> = {
  slack,
  discord,
  teams,
  pagerduty,
  opsgenie,
  ntfy,
  telegram,
  email,
  webhook,
};
