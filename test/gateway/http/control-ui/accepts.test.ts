import { expect, test } from "bun:test";
import { encodingFor, wants } from "../../../../src/gateway/http/control-ui/accepts.ts";

test("a client gets the page unless it says that it takes no HTML; the most precise word counts", () => {
  for (const [accept, takes] of [
    [null, true],
    ["", true],
    ["*/*", true],
    ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", true],
    ["TEXT/*;q=0.1", true],
    ["application/json", false],
    ["text/html;q=0, */*", false],
    ["text/*;q=0, */*;q=1", false],
    ["*/*;q=0", false],
    ["text/html;q=nonsense", false],
  ] as const) {
    expect([accept, wants(accept, "text/html") > 0]).toEqual([accept, takes]);
  }
});

test("the best encoding that the client takes is sent, or none", () => {
  for (const [accept, encoding] of [
    [null, undefined],
    ["", undefined],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["*", "br"],
    ["identity, *;q=0", undefined],
  ] as const) {
    expect([accept, encodingFor(accept)]).toEqual([accept, encoding]);
  }
});
