import { expect, test } from "bun:test";
import { tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

test("options of the gateway are refused before its configuration is looked at", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", "{ broken");
  for (const [argv, message] of [
    [["--port", "abc"], "Invalid --port. Use a port number from 1 to 65535, for example 18789."],
    [["--bind", "x"], "Invalid --bind. Use one of: loopback, lan, tailnet, auto, custom."],
    [["--auth", "x"], "Invalid --auth. Use one of: none, token, password, trusted-proxy."],
    [["--tailscale", "x"], "Invalid --tailscale. Use one of: off, serve, funnel."],
    [["--ws-log", "x"], "Invalid --ws-log. Use one of: auto, full, compact."],
    [["--password", "a", "--password-file", "b"], "Use either --password or --password-file, not both."],
    [["--password-file", "/no/such/file"], "There is no password file /no/such/file."],
  ] as const) {
    for (const command of [["gateway"], ["gateway", "run"]]) {
      expect(await cli([...command, ...argv], { home: home.path })).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining(message),
      });
    }
  }
});
