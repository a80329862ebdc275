import type { RegionName } from "../../../shared/units.ts";
import type { SiteFile, SiteStore } from "../../ports/site-store.ts";
import type { SignedSender } from "../signed-request/signed-request.ts";

/** The bucket, and where S3 is if not at its usual place. */
export interface SiteBucket {
  readonly bucket: string;
  readonly region: RegionName;
  readonly endpoint?: string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
};

/** The page is made anew each minute, so nobody keeps it for longer than half of one. */
const CACHE_CONTROL = "public, max-age=30";

/**
 * A site in a bucket. Source: Amazon S3 API reference, "PutObject".
 */
export function createSiteStore(sender: Pick<SignedSender, "send">, place: SiteBucket): SiteStore {
  const { bucket, region, endpoint } = place;
  return {
    async putFile({ path, text }: SiteFile) {
      const answer = await sender.send({
        ...{ service: "s3", region, endpoint, method: "PUT" },
        path: `/${bucket}/${path}`,
        headers: { "content-type": typeOf(path), "cache-control": CACHE_CONTROL },
        body: text,
      });
      if (answer === null) return { failed: "no answer" };
      return answer.statusCode === 200 ? "stored" : { failed: codeOf(answer) };
    },
  };
}

function typeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

/** S3 answers with XML that has the error's code, e.g. `AccessDenied`. */
function codeOf({ statusCode, text }: { readonly statusCode: number; readonly text: string }) {
  return /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? `HTTP ${statusCode}`;
}
