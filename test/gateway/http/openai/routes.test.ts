import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serve, type Served } from "./support/serve.ts";

/** What every row of the table promises; a new row cannot escape. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const CREDENTIALS = { no: "", wrong: "Bearer wrong", basic: `Basic ${btoa("a:b")}` };

let served: Served;

beforeAll(async () => {
  const rateLimit = { maxAttempts: 10_000, windowMs: 60_000, lockoutMs: 60_000, exemptLoopback: false };
  served = await serve({ policy: { rateLimit } });
});

afterAll(() => served[Symbol.asyncDispose]());

/** A path that the row answers. */
function pathOf(row: { readonly path: string }): string {
  return row.path.replaceAll("*", "main");
}

describe("every route of the API", () => {
  test("is an operator's, with a scope, and says what it is", () => {
    for (const row of served.routes) {
      expect([row.path, row.auth, row.scope?.startsWith("operator."), row.summary !== ""]).toEqual([
        row.path,
        "operator",
        true,
        true,
      ]);
    }
  });

  test("refuses other methods before it looks at the caller", async () => {
    for (const row of served.routes) {
      for (const method of METHODS.filter((one) => !row.methods.some((allowed) => allowed === one))) {
        const response = await served.call(pathOf(row), { method, headers: { authorization: "" } });
        expect([row.path, method, response.status]).toEqual([row.path, method, 405]);
        expect(response.headers.get("allow")).toBe(row.methods.join(", "));
        expect(await response.text()).toBe(method === "HEAD" ? "" : "Method Not Allowed");
      }
    }
  });

  test("asks for the token, and takes it from the header only", async () => {
    for (const row of served.routes) {
      const [method = "GET"] = row.methods;
      for (const [name, authorization] of Object.entries(CREDENTIALS)) {
        for (const query of ["", "?token=correct%20horse%20battery%20staple"]) {
          const response = await served.call(pathOf(row) + query, { method, headers: { authorization } });
          expect([row.path, name, response.status]).toEqual([row.path, name, 401]);
          expect(await response.json()).toEqual({ error: { message: "Unauthorized", type: "unauthorized" } });
        }
      }
    }
    expect(served.runs.requests).toEqual([]);
  });

  test("refuses a body over its limit before it is read, whoever sends it", async () => {
    for (const row of served.routes) {
      const size = (row.maxBodyBytes ?? 1024 * 1024) + 1;
      const response = await served.call(pathOf(row), {
        method: "POST",
        headers: { authorization: "" },
        body: new Uint8Array(size),
      });
      expect([row.path, response.status]).toEqual([row.path, 413]);
    }
  });

  test("answers with the headers every reply has", async () => {
    for (const row of served.routes) {
      const [method = "GET"] = row.methods;
      const response = await served.call(pathOf(row), { method });
      await response.body?.cancel();
      for (const name of ["x-content-type-options", "referrer-policy", "permissions-policy"]) {
        expect([row.path, name, response.headers.has(name)]).toEqual([row.path, name, true]);
      }
    }
  });
});
