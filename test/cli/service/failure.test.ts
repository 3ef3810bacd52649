import { expect, test } from "bun:test";
import type { ServiceStatus } from "../../../src/cli/service/contract.ts";
import { notInstalled } from "../../../src/cli/service/failure.ts";
import { noSupervisor } from "../../../src/service/errors.ts";

const STATUS: ServiceStatus = {
  installed: false,
  loaded: false,
  label: "systemd user",
  loadedText: "enabled",
  notLoadedText: "disabled",
  disabledByOperator: false,
  command: undefined,
  runtime: { status: "stopped" },
  details: {},
};

test("an absent service is answered with how to install it; without a supervisor, with what to do in its place, once", () => {
  expect(notInstalled(STATUS)).toMatchObject({
    message: "Gateway service disabled.",
    hint: "Install it: openclaw gateway install\nRun one in the foreground: openclaw gateway run",
  });
  const { message: detail, hints } = noSupervisor();
  const runtime = { status: "unknown", inspectionFailure: { code: "no-supervisor", detail, hints } } as const;
  expect(notInstalled({ ...STATUS, runtime })).toMatchObject({
    message: "No supported service manager was found on this machine.",
    hint: "Run it in the foreground: openclaw gateway run",
  });
});
