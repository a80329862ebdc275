import { checkly } from "./formats/checkly.ts";
import { cloudprober } from "./formats/cloudprober.ts";
import { gatus } from "./formats/gatus.ts";
import { heartbeat } from "./formats/heartbeat.ts";
import { openstatus } from "./formats/openstatus.ts";
import { prometheus } from "./formats/prometheus/prometheus.ts";
import { telegraf } from "./formats/telegraf.ts";
import { upptime } from "./formats/upptime.ts";
import { uptimeKuma } from "./formats/uptime-kuma.ts";
import { uptimeflare } from "./formats/uptimeflare.ts";
import { vigil } from "./formats/vigil.ts";
import { webstatuspi } from "./formats/webstatuspi.ts";
import type { Format } from "./model/format.ts";

/** Every kind of files that can be imported. */
export const FORMATS: readonly Format[] = [
  prometheus,
  gatus,
  upptime,
  uptimeKuma,
  cloudprober,
  webstatuspi,
  openstatus,
  checkly,
  uptimeflare,
  telegraf,
  heartbeat,
  vigil,
];
