import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readJson } from "../../../src/gateway/http/body.ts";

const CAP_BYTES = 10_000;

let server: Bun.Server<undefined>;

beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = await readJson(request, CAP_BYTES);
      return body.ok ? Response.json({ value: body.value }) : body.response;
    },
  });
});

afterAll(() => server.stop(true));

function post(body: string | ReadableStream<Uint8Array>): Promise<Response> {
  return fetch(server.url, { method: "POST", body });
}

/** Sent in chunks, so that its length is not known before. */
function inChunks(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

describe("a JSON body", () => {
  test("is read whether its length was announced or not", async () => {
    expect(await (await post('{"a":"ä"}')).json()).toEqual({ value: { a: "ä" } });
    expect(await (await post(inChunks('{"a":', '"ä"}'))).json()).toEqual({ value: { a: "ä" } });
  });

  test("that is empty is an empty object", async () => {
    expect(await (await post("")).json()).toEqual({ value: {} });
    expect(await (await post(inChunks(" \n"))).json()).toEqual({ value: {} });
  });

  test("that is longer than the limit is 413, announced or not", async () => {
    const long = JSON.stringify("x".repeat(CAP_BYTES));
    for (const response of [await post(long), await post(inChunks(long.slice(0, 600), long.slice(600)))]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({
        error: { message: "Payload too large", type: "invalid_request_error" },
      });
    }
    const fitting = JSON.stringify("x".repeat(CAP_BYTES - 2));
    expect((await post(fitting)).status).toBe(200);
    expect((await post(inChunks(fitting))).status).toBe(200);
  });

  test("that nests without end is 400, and one that nests as deep as anybody's does is read", async () => {
    const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    for (const [body, status] of [
      [nested(1_000), 200],
      [nested(1_002), 400],
      [`{"tools":${'{"not":'.repeat(1_002)}{}${"}".repeat(1_003)}`, 400],
      [`[${nested(900)},${nested(900)}]`, 200],
    ] as const) {
      expect([body.slice(0, 20), (await post(body)).status]).toEqual([body.slice(0, 20), status]);
    }
    expect(await (await post(nested(1_002))).json()).toEqual({
      error: { message: "the body nests deeper than 1000 levels", type: "invalid_request_error" },
    });
  });

  test("that is not JSON is 400, with the place", async () => {
    const response = await post("{bad");
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        type: "invalid_request_error",
      },
    });
  });
});
