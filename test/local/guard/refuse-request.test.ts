import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { signedWith } from "../../../local/guard/access-key.ts";
import { type RequestHead, refuseRequest } from "../../../local/guard/refuse-request.ts";

const RULES = { port: 4000, accessKey: "k1", mostBodyBytes: 100 };

interface Asked {
  readonly method?: string;
  readonly url?: string;
  readonly hosts?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request of a good client, but for what is given. */
function head({ method = "POST", url = "/", hosts = ["127.0.0.1:4000"], headers }: Asked) {
  const all: Record<string, string> = { authorization: signedWith("k1"), ...headers };
  return {
    method,
    url,
    headers: all,
    headersDistinct: { host: [...hosts] },
  } satisfies RequestHead;
}

describe("refuseRequest", () => {
  for (const host of ["127.0.0.1:4000", "localhost:4000", "LocalHost:4000", "[::1]:4000"]) {
    test(`lets in a client that asks ${host}`, () => {
      assert.equal(refuseRequest(head({ hosts: [host] }), RULES), null);
    });
  }

  const WRONG_HOSTS = [
    ...["evil.example", "evil.example:4000", "127.0.0.1", "127.0.0.1:4001", "localhost", ""],
    ...["127.0.0.1.evil.example:4000", "127.0.0.1:40000", "localhost.:4000", "0.0.0.0:4000"],
    ...["[::]:4000", "127.1:4000", "localhost:4000@evil.example", "x@localhost:4000"],
  ];
  for (const host of WRONG_HOSTS) {
    test(`refuses the host "${host}"`, () => {
      assert.equal(refuseRequest(head({ hosts: [host] }), RULES)?.status, 403);
    });
  }

  test("lets in the paths that are offered, and no other", () => {
    const rules = { ...RULES, paths: /^\/a\/[a-z]+$/ };
    assert.equal(refuseRequest(head({ url: "/a/b" }), rules), null);
    for (const url of ["/", "/a/", "/a/b/c", "/a/b?c=d"]) {
      assert.equal(refuseRequest(head({ url }), rules)?.status, 404);
    }
  });

  test("refuses no host, and two", () => {
    assert.equal(refuseRequest(head({ hosts: [] }), RULES)?.status, 403);
    const two = head({ hosts: ["127.0.0.1:4000", "evil.example"] });
    assert.equal(refuseRequest(two, RULES)?.status, 403);
  });

  const OF_A_PAGE: readonly Readonly<Record<string, string>>[] = [
    { origin: "http://localhost:4000" },
    { origin: "http://127.0.0.1:8080" },
    { origin: "null" },
    { origin: "" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "same-origin" },
    { referer: "http://127.0.0.1:8080/" },
    { "access-control-request-method": "POST" },
  ];
  for (const headers of OF_A_PAGE) {
    test(`refuses a page that sends ${JSON.stringify(headers)}, also with the key`, () => {
      const refusal = refuseRequest(head({ headers }), RULES);
      assert.equal(refusal?.status, 403);
      assert.equal(refusal?.type, "AccessDeniedException");
    });
  }

  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"]) {
    test(`refuses ${method}, also with the key`, () => {
      assert.equal(refuseRequest(head({ method }), RULES)?.status, 405);
    });
  }

  for (const url of ["/x", "/?X-Amz-Algorithm=x", "http://evil.example/", "*", ""]) {
    test(`refuses the path "${url}"`, () => {
      assert.equal(refuseRequest(head({ url }), RULES)?.status, 404);
    });
  }

  test("refuses who has no key, and says where it is", () => {
    const refusal = refuseRequest(head({ headers: { authorization: "" } }), RULES);
    assert.equal(refusal?.status, 403);
    assert.equal(refusal?.type, "UnrecognizedClientException");
    assert.match(refusal?.message ?? "", /runtime\.json/);
  });

  test("refuses a body above the limit before it comes", () => {
    const ofLength = (length: number) =>
      refuseRequest(head({ headers: { "content-length": String(length) } }), RULES);
    assert.equal(ofLength(100), null);
    assert.equal(ofLength(101)?.status, 413);
  });
});
