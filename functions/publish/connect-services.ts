import { ENV, S3_ENDPOINT } from "../../shared/contract.ts";
import { awsRegionOf, parseFleet } from "../../shared/plan/plan.ts";
import {
  createDynamoDbClient,
  openHomeStores,
  openRegionStores,
} from "../adapters/dynamodb/dynamodb.ts";
import { logInvocation } from "../adapters/lambda/lambda.ts";
import { createSiteStore } from "../adapters/s3/s3.ts";
import { SignedSender } from "../adapters/signed-request/signed-request.ts";
import type { FleetSources, SiteOptions } from "../history/history.ts";
import { type Environment, readEnvironment } from "../read-environment.ts";
import { emptyMemory, type PublishServices } from "./publish.ts";

/** Connects the services that the environment names; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment): PublishServices {
  const { bucket, page, ...texts } = readEnvironment(environment, {
    fleet: ENV.fleet,
    home: ENV.home,
    regions: ENV.regions,
    bucket: ENV.statusBucket,
    page: ENV.statusPage,
  });
  const fleet = parseFleet(texts);
  return {
    sources: openSources(fleet),
    // Written by the deployment, which has checked it.
    options: JSON.parse(page) as SiteOptions,
    site: createSiteStore(new SignedSender(), {
      ...{ bucket, region: fleet.home },
      endpoint: environment[S3_ENDPOINT],
    }),
    memory: emptyMemory(),
    now: Date.now,
    log: (line) => logInvocation({ function: "publish", region: fleet.home, ...line }),
  };
}

function openSources(fleet: FleetSources["fleet"]): FleetSources {
  const client = createDynamoDbClient(fleet.home);
  const { history, ...home } = openHomeStores({ client, fleet: fleet.name });
  const regions = fleet.regions.map(({ name: region, shards }) => {
    const client = createDynamoDbClient(awsRegionOf(fleet, region));
    return { region, shards, ...openRegionStores({ client, fleet: fleet.name, region }) };
  });
  return { ...home, fleet, regions, alerts: history };
}
