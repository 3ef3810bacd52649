import { expect, test } from "bun:test";
import { type FakeSystemd, fakeSystemd } from "../../fakes/systemctl/index.ts";
import { KEY, within } from "../../support/index.ts";
import { BeginWorld } from "./world.ts";

const PATIENCE = 60_000;

/** A world with a supervisor; `loginctl` says that lingering is off, and refuses to change that. */
async function supervised(world: BeginWorld): Promise<FakeSystemd> {
  const systemd = await fakeSystemd(world.home);
  const script =
    '#!/bin/sh\necho "$@" >> "$HOME/loginctl.log"\ncase "$1" in show-user) echo Linger=no;; *) exit 1;; esac\n';
  await world.home.write("fake-bin/loginctl", script);
  return systemd;
}

test(
  "seed 140, 141: the service is installed and runs the gateway; lingering is asked about and never done as root",
  async () => {
    await using world = await BeginWorld.open();
    using systemd = await supervised(world);
    const flags = ["--accept-risk", "--flow", "quickstart", "--auth-choice", "skip", "--skip-channels"];
    await using terminal = world.terminalWith(systemd.env, "onboard", ...flags);
    await terminal.sees("Lingering is off");
    await terminal.sees("Let it run while you are logged out?");
    terminal.type(KEY.enter);
    await terminal.sees("loginctl enable-linger");
    await terminal.sees("The gateway answers at", 40_000);
    await terminal.sees("Say something to your agent");
    terminal.type(KEY.enter);
    await terminal.sees("Your agent");
    // What is suggested to be said first is something that the guide can answer.
    await terminal.sees("Ask me one of these");
    expect(await within("the end", terminal.exited)).toBe(0);
    expect(await Bun.file(world.home.at("loginctl.log")).text()).toContain("enable-linger");
    expect(systemd.calls().join("\n")).not.toContain("sudo");

    // Again, and nothing is asked that stands already.
    await using again = world.terminalWith(systemd.env, "onboard", "--accept-risk", "--skip-ui");
    await again.sees("There is a configuration already.");
    again.type(KEY.enter);
    await again.sees("Install the gateway as a service");
    again.type(KEY.enter);
    await again.sees("Let it run while you are logged out?");
    again.type(KEY.down, KEY.enter);
    await again.sees("already");
    await again.sees("The gateway answers at");
    expect(await within("the end", again.exited)).toBe(0);
  },
  PATIENCE,
);

test(
  "a script installs the service, begins anew with --reset, and has the old state to go back to",
  async () => {
    await using world = await BeginWorld.open();
    using systemd = await supervised(world);
    const onboard = ["onboard", "--non-interactive", "--accept-risk", "--auth-choice", "skip", "--json"];
    const first = await world.script([...onboard, "--install-daemon"], systemd.env);
    expect([first.code, JSON.parse(first.stdout)]).toMatchObject([0, { ok: true, installDaemon: true }]);
    const before = await Bun.file(world.home.at(".openclaw", "openclaw.json")).text();

    const second = await world.script(
      [...onboard, "--install-daemon", "--reset", "--gateway-bind", "auto"],
      systemd.env,
    );
    expect([second.code, JSON.parse(second.stdout)]).toMatchObject([0, { gateway: { bind: "auto" } }]);
    const [, moved = ""] = /Moved ~\/\.openclaw\/openclaw\.json to (\S+)/.exec(second.stderr) ?? [];
    expect(await Bun.file(moved.replace("~", world.home.path)).text()).toBe(before);
    const health = await world.script(["health", "--json"], systemd.env);
    expect([health.code, JSON.parse(health.stdout).ok]).toEqual([0, true]);
  },
  PATIENCE,
);
