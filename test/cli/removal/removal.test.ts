import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { randomIds } from "../../../src/lib/ids.ts";
import { lockGateway } from "../../../src/lib/locks/lock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { type TempHome, tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";
import { sessionIn } from "../backup/session.ts";

async function installed(config: object = {}): Promise<TempHome> {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, ...config });
  await home.write(".openclaw/credentials/gateway-token", "secret");
  await home.write(".openclaw/state/openclaw.sqlite", "");
  await home.write(".openclaw/workspace/SOUL.md", "soul");
  return home;
}

const run = (home: TempHome, args: readonly string[], more: { answer?: () => boolean } = {}) =>
  cli(args, { home: home.path, ...more });

const top = (home: TempHome) => readdirSync(home.path).sort();
const inState = (home: TempHome) => readdirSync(home.at(".openclaw")).sort();

const DRY_RUNS = [
  ["reset", "--dry-run"],
  ["reset", "--scope", "config", "--dry-run"],
  ["reset", "--scope", "config+creds+sessions", "--dry-run"],
  ["reset", "--scope", "full", "--dry-run", "--non-interactive"],
  ["uninstall", "--dry-run"],
  ["uninstall", "--all", "--dry-run"],
  ["uninstall", "--state", "--workspace", "--dry-run", "--non-interactive"],
] as const;

describe("a dry run without a terminal prints its plan, exits 0 and changes nothing:", () => {
  for (const args of DRY_RUNS) {
    test(`openclaw ${args.join(" ")}`, async () => {
      await using home = await installed();
      const before = inState(home);
      const dry = await run(home, args);
      expect(dry.code).toBe(0);
      expect(dry.stdout).toContain("Dry run only; nothing was changed.");
      expect(dry.stdout).toMatch(/^- /m);
      expect(inState(home)).toEqual(before);
      expect(top(home)).toEqual([".openclaw"]);
    });
  }
});

const REFUSED = [
  [["reset"], "--scope"],
  [["reset", "--scope", "full"], "--yes"],
  [["reset", "--scope", "full", "--non-interactive"], "--yes"],
  [["reset", "--yes", "--non-interactive"], "--scope"],
  [["uninstall", "--non-interactive"], "--yes"],
  [["uninstall", "--state"], "--yes"],
] as const;

describe("without a terminal and without a yes nothing is done, exit 1 with the flags to use:", () => {
  for (const [args, flag] of REFUSED) {
    test(`openclaw ${args.join(" ")}`, async () => {
      await using home = await installed();
      const refused = await run(home, args);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(flag);
      expect(top(home)).toEqual([".openclaw"]);
    });
  }
});

describe("reset", () => {
  test("--scope config moves the configuration aside, and says how to bring it back", async () => {
    await using home = await installed();
    const done = await run(home, ["reset", "--scope", "config", "--yes"]);
    expect(done.code).toBe(0);
    const [aside = ""] = inState(home).filter((name) => name.startsWith("openclaw.json.removed-"));
    expect(done.stderr).toContain(`mv ~/.openclaw/${aside} ~/.openclaw/openclaw.json`);
    expect(inState(home)).not.toContain("openclaw.json");
    expect(existsSync(home.at(".openclaw/credentials/gateway-token"))).toBe(true);
  });

  test("--scope config+creds+sessions leaves the workspace and takes the database with it", async () => {
    await using home = await installed();
    const done = await run(home, ["reset", "--scope", "config+creds+sessions", "--yes", "--non-interactive"]);
    expect(done.code).toBe(0);
    const left = inState(home).filter((name) => !name.includes(".removed-"));
    expect(left).toEqual(["tmp", "workspace"]);
    expect(done.stderr).toContain("openclaw onboard --install-daemon");
  });

  test("--scope full moves everything, and one mv brings it back", async () => {
    await using home = await installed();
    const done = await run(home, ["reset", "--scope", "full", "--yes", "--non-interactive"]);
    expect(done.code).toBe(0);
    const [aside = "", ...others] = top(home);
    expect(others).toEqual([]);
    renameSync(home.at(aside), home.at(".openclaw"));
    expect(readFileSync(home.at(".openclaw/workspace/SOUL.md"), "utf8")).toBe("soul");
    expect(
      readdirSync(home.at(".openclaw/tmp")).flatMap((name) => readdirSync(home.at(".openclaw/tmp", name))),
    ).toEqual([]);
  });

  test("a person who says no changes nothing", async () => {
    await using home = await installed();
    const said = await run(home, ["reset", "--scope", "full"], { answer: () => false });
    expect(said.code).toBe(1);
    expect(top(home)).toEqual([".openclaw"]);
  });

  test("is refused while a gateway that is no service uses the folder", async () => {
    await using home = await installed();
    const { paths } = sessionIn(home.path);
    using _lock = await lockGateway({ ...paths, version: "1", clock: systemClock, ids: randomIds });
    const refused = await run(home, ["reset", "--scope", "full", "--yes", "--non-interactive"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("openclaw gateway stop");
    expect(top(home)).toEqual([".openclaw"]);
  });
});

describe("uninstall", () => {
  test("--state leaves the workspaces in the state folder where they are", async () => {
    await using home = await installed();
    const done = await run(home, ["uninstall", "--state", "--yes", "--non-interactive"]);
    expect(done.code).toBe(0);
    expect(inState(home)).toEqual(["workspace"]);
    const [aside = ""] = top(home).filter((name) => name.includes(".removed-"));
    expect(readdirSync(home.at(aside)).sort()).toEqual(["credentials", "openclaw.json", "state", "tmp"]);
    expect(done.stderr).toContain("cp -a");
    expect(done.stderr).toContain("One file is left, the program itself");
  });

  test("a workspace outside goes only when it is an agent's; a repository with uncommitted work is told", async () => {
    await using home = await tempHome();
    await home.write("mine/notes.txt", "mine");
    await home.write("agent/SOUL.md", "soul");
    Bun.spawnSync(["git", "init", "-q", home.at("agent")]);
    await home.write(".openclaw/openclaw.json", {
      agents: { entries: { a: { workspace: home.at("mine") }, b: { workspace: home.at("agent") } } },
    });
    const dry = await run(home, ["uninstall", "--workspace", "--dry-run"]);
    expect(dry.stdout).toContain("- stays: workspace ~/mine");
    expect(dry.stdout).toContain("- workspace: ~/agent (a git repository with 1 uncommitted change)");
    const done = await run(home, ["uninstall", "--workspace", "--yes"]);
    expect(done.code).toBe(0);
    expect(existsSync(home.at("mine/notes.txt"))).toBe(true);
    expect(existsSync(home.at("agent"))).toBe(false);
  });

  test("asking a repository what is not committed runs none of its programs, and shows git no secret", async () => {
    await using home = await tempHome();
    await home.write("agent/SOUL.md", "soul");
    await home.write("agent/.gitattributes", "* filter=trap\n");
    const git = (...args: string[]) => Bun.spawnSync(["git", "-C", home.at("agent"), ...args]);
    git("init", "-q");
    git("add", "-A");
    const trap = `/usr/bin/env > '${home.at("sprung")}'; cat`;
    for (const name of ["filter.trap.clean", "filter.trap.process", "core.fsmonitor"])
      git("config", name, trap);
    await home.write("agent/.git/hooks/post-index-change", `#!/bin/sh\n${trap}\n`);
    chmodSync(home.at("agent/.git/hooks/post-index-change"), 0o755);
    await home.write("agent/SOUL.md", "other soul");
    await home.write(".openclaw/openclaw.json", {
      agents: { entries: { b: { workspace: home.at("agent") } } },
    });
    const dry = await run(home, ["uninstall", "--workspace", "--dry-run"]);
    expect(dry.stdout).toContain("a git repository that could not be asked what is not committed");
    expect(existsSync(home.at("sprung"))).toBe(false);
    git("config", "--unset", "filter.trap.clean");
    git("config", "--unset", "filter.trap.process");
    const again = await run(home, ["uninstall", "--workspace", "--dry-run"]);
    expect(again.stdout).toContain("a git repository with 2 uncommitted changes");
    expect(existsSync(home.at("sprung"))).toBe(false);
  });

  test("completion scripts go with the service", async () => {
    await using home = await installed();
    await home.write(".zfunc/_openclaw", "#compdef openclaw\n");
    const dry = await run(home, ["uninstall", "--service", "--dry-run"]);
    expect(dry.stdout).toContain("- completion: ~/.zfunc/_openclaw");
  });
});

describe("what is no state folder is never removed:", () => {
  const full = ["reset", "--scope", "full", "--yes", "--non-interactive"];

  test("the home itself, and a folder that holds it", async () => {
    await using home = await installed();
    await home.write("openclaw.json", "{}");
    for (const stateDir of [home.path, "/"]) {
      const refused = await cli(full, { home: home.path, env: { OPENCLAW_STATE_DIR: stateDir } });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("home lies in it");
    }
    expect(existsSync(home.path)).toBe(true);
  });

  test("a folder of something else", async () => {
    await using home = await tempHome();
    await home.write("project/main.c", "int main;");
    const refused = await cli(full, { home: home.path, env: { OPENCLAW_STATE_DIR: home.at("project") } });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("does not look like the state folder");
    expect(existsSync(home.at("project/main.c"))).toBe(true);
  });

  test("what a link leads to", async () => {
    await using home = await tempHome();
    mkdirSync(home.at("elsewhere"));
    await home.write("elsewhere/openclaw.json", "{}");
    symlinkSync(home.at("elsewhere"), home.at(".openclaw"));
    const refused = await run(home, full);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`OPENCLAW_STATE_DIR=${home.at("elsewhere")}`);
    expect(existsSync(home.at("elsewhere/openclaw.json"))).toBe(true);
  });

  test("a link in the state folder goes, and what it leads to stays", async () => {
    await using home = await installed();
    await home.write("precious/file", "x");
    symlinkSync(home.at("precious"), home.at(".openclaw/credentials/link"));
    const done = await run(home, full);
    expect(done.code).toBe(0);
    expect(existsSync(home.at("precious/file"))).toBe(true);
  });
});
