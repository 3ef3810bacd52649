import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { fakeGateway } from "../../client/fake-gateway.ts";
import { freePort, type TempHome, tempHome } from "../../support/index.ts";
import { cli, type CliRun, type CliWorld } from "../in-process.ts";

/** A command line on a machine where no gateway runs. */
async function agents(
  home: TempHome,
  argv: readonly string[],
  world: Partial<CliWorld> = {},
): Promise<CliRun> {
  const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()), OPENCLAW_GATEWAY_TOKEN: "t" };
  return cli(["agents", ...argv], { home: home.path, env, ...world });
}

function configOf(home: TempHome): Record<string, unknown> {
  return JSON.parse(readFileSync(home.at(".openclaw", "openclaw.json"), "utf8"));
}

describe("with no gateway running", () => {
  test("the agents are listed", async () => {
    await using home = await tempHome();
    const { code, stdout } = await agents(home, []);
    expect(code).toBe(0);
    expect(stdout).toBe(
      "main (default)\n  workspace  ~/.openclaw/workspace\n" +
        "  model      none configured; openclaw models shows who answers\n",
    );
    await home.write(".openclaw/openclaw.json", {
      agents: {
        defaults: { model: "openai/gpt-5" },
        entries: { main: {}, work: { name: "Work", cwd: "~/src", identity: { emoji: "🛠️" } } },
      },
    });
    expect(JSON.parse((await agents(home, ["list", "--json"])).stdout)).toEqual([
      {
        id: "main",
        workspace: home.at(".openclaw", "workspace-main"),
        cwd: home.at(".openclaw", "workspace-main"),
        model: "openai/gpt-5",
        isDefault: true,
      },
      {
        id: "work",
        name: "Work",
        identityEmoji: "🛠️",
        workspace: home.at(".openclaw", "workspace-work"),
        cwd: home.at("src"),
        model: "openai/gpt-5",
        isDefault: false,
      },
    ]);
    expect((await agents(home, [])).stdout).toContain("name         🛠️ Work");
  });

  test("one is added, and the one that was there stays where it was", async () => {
    await using home = await tempHome();
    const { code, stdout, stderr } = await agents(home, [
      "add",
      "Work",
      "--model",
      "openai/gpt-5",
      "--emoji",
      "🛠️",
    ]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Added agent work. It lives in ~/.openclaw/workspace-work.\n",
    });
    expect(stderr).toContain("openclaw agent --agent work");
    expect(configOf(home).agents).toEqual({
      defaults: { systemAgent: { agentId: "main" } },
      entries: {
        main: { workspace: "~/.openclaw/workspace" },
        work: { name: "Work", model: "openai/gpt-5", identity: { emoji: "🛠️" } },
      },
    });
    const again = await agents(home, ["add", "work"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('agent "work" already exists.');
  });

  test("scripts of the official command line work", async () => {
    await using home = await tempHome();
    const argv = ["add", "ops", "--workspace", home.at("ops"), "--non-interactive", "--json"];
    expect(JSON.parse((await agents(home, argv)).stdout)).toEqual({
      agentId: "ops",
      name: "ops",
      workspace: home.at("ops"),
    });
  });

  test("one is deleted after a question, its folders go to the trash, and the way back is said", async () => {
    await using home = await tempHome();
    await agents(home, ["add", "work"]);
    await home.write(".openclaw/workspace-work/MEMORY.md", "precious");
    expect((await agents(home, ["delete", "work"])).stderr).toContain("openclaw agents delete work --force");
    const no = await agents(home, ["delete", "work"], { answer: () => false });
    expect(no).toMatchObject({ code: 1, stderr: "Nothing was deleted.\n" });
    const yes = await agents(home, ["delete", "work"], {
      answer: (question) => question === "Delete agent work?",
    });
    expect(yes.code).toBe(0);
    expect(yes.stdout).toContain("Moved to the trash: ~/.openclaw/workspace-work");
    const [, from = "", to = ""] = /mv (\S+) (\S+)/.exec(yes.stderr) ?? [];
    expect(readFileSync(`${from}/MEMORY.md`, "utf8")).toBe("precious");
    expect(to).toBe(home.at(".openclaw", "workspace-work"));
    expect(existsSync(to)).toBe(false);
  });

  test("the only one is not deleted, an unknown one is not found, and nothing is written", async () => {
    await using home = await tempHome();
    expect((await agents(home, ["delete", "main", "--force"])).stderr).toContain("is the only one");
    const unknown = await agents(home, ["delete", "nobody", "--force", "--json"]);
    expect(JSON.parse(unknown.stdout)).toMatchObject({
      ok: false,
      error: { kind: "unknown", message: 'agent "nobody" not found.' },
    });
    expect(existsSync(home.at(".openclaw", "openclaw.json"))).toBe(false);
  });

  test("an identity is set field by field, or taken from IDENTITY.md", async () => {
    await using home = await tempHome();
    await home.write(".openclaw/workspace/IDENTITY.md", "- Name: Ada\n- Theme: dry\n- Emoji:\n");
    const fields = await agents(home, ["set-identity", "--name", "Bo", "--emoji", "🦊", "--json"]);
    expect(JSON.parse(fields.stdout)).toEqual({
      agentId: "main",
      identity: { name: "Bo", emoji: "🦊" },
      workspace: null,
      storedWorkspace: home.at(".openclaw", "workspace"),
      identityFile: null,
    });
    const file = await agents(home, [
      "set-identity",
      "--workspace",
      "~/.openclaw/workspace",
      "--from-identity",
    ]);
    expect(file.stdout).toContain("name: Ada\n  theme: dry\n  emoji: 🦊");
    await agents(home, ["set-identity", "--emoji", ""]);
    expect(configOf(home).agents).toEqual({ entries: { main: { identity: { name: "Ada", theme: "dry" } } } });
  });

  test("an identity that cannot be found says where it was looked for", async () => {
    await using home = await tempHome();
    expect((await agents(home, ["set-identity"])).stderr).toContain("IDENTITY.md could not be read.");
    await home.write(".openclaw/workspace/IDENTITY.md", "nothing");
    expect((await agents(home, ["set-identity"])).stderr).toContain("names no name");
    expect((await agents(home, ["set-identity", "--agent", "x"])).stderr).toContain("There is no agent x.");
    expect((await agents(home, ["set-identity", "--workspace", "/x"])).stderr).toContain(
      "No agent lives in /x.",
    );
  });

  test("a file that is not valid is neither read nor written over", async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { agents: { entries: { main: { nmae: "x" } } } });
    const before = configOf(home);
    for (const argv of [["list"], ["add", "work"], ["set-identity", "--name", "x"]]) {
      const { code, stderr } = await agents(home, argv);
      expect(code).toBe(1);
      expect(stderr).toContain("nmae");
    }
    expect(configOf(home)).toEqual(before);
  });

  test("the prompt needs the gateway, and the way to start it is said", async () => {
    await using home = await tempHome();
    const { code, stderr } = await agents(home, ["prompt"]);
    expect(code).toBe(1);
    expect(stderr).toContain("openclaw gateway run");
  });

  test("the chat commands are listed, and every line fits", async () => {
    await using home = await tempHome();
    const { stdout } = await agents(home, ["commands"]);
    expect(stdout).toContain("/new [model] [message]");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(JSON.parse((await agents(home, ["commands", "--json"])).stdout)[0]).toMatchObject({
      name: "help",
    });
  });
});

describe("with a gateway running", () => {
  const REPORT = {
    agentId: "main",
    workspace: "/w",
    model: "builtin/guide",
    sections: [
      {
        name: "identity",
        text: "You are here.",
        chars: 13,
        budgetChars: 2_000,
        stable: true,
        truncated: false,
      },
    ],
    files: [{ name: "SOUL.md", path: "/w/SOUL.md", missing: true, rawChars: 0, chars: 0, truncated: false }],
    tools: [{ name: "read", description: "Reads a file.", parameters: {}, chars: 90 }],
    promptChars: 13,
    toolsChars: 90,
    totalChars: 103,
  };

  async function online(
    argv: readonly string[],
    answer: (method: string, params: unknown) => object | undefined,
  ) {
    await using home = await tempHome();
    await using gateway = fakeGateway({
      scopes: ["operator.read", "operator.admin"],
      answer({ id, method, params }, line) {
        const payload = answer(method, params);
        if (payload) line.send({ type: "res", id, ok: true, payload });
        return payload !== undefined;
      },
    });
    const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "t" };
    return await cli(["agents", ...argv], { home: home.path, env });
  }

  test("an agent is deleted by the gateway, which owns its sessions", async () => {
    const asked: unknown[] = [];
    const { code, stdout, stderr } = await online(
      ["delete", "Work", "--force", "--keep-files"],
      (method, params) => {
        if (method !== "agents.delete") return undefined;
        asked.push(params);
        return { ok: true, agentId: "work", removedBindings: 0 };
      },
    );
    expect(asked).toEqual([{ agentId: "work", deleteFiles: false }]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "Deleted agent work.\n", stderr: "" });
  });

  test("what the gateway kept is said with the reason", async () => {
    const failed = [{ path: "/elsewhere", reason: "it is not a workspace folder" }];
    const { stderr } = await online(["delete", "work", "--force"], (method) =>
      method === "agents.delete"
        ? { ok: true, agentId: "work", removedBindings: 0, removed: [], failed }
        : undefined,
    );
    expect(stderr).toContain("Kept /elsewhere: it is not a workspace folder");
  });

  test("the prompt is printed section by section with its sizes", async () => {
    const asked: unknown[] = [];
    const answer = (method: string, params: unknown) => {
      if (method === "agents.prompt") asked.push(params);
      return method === "agents.prompt" ? REPORT : undefined;
    };
    const { code, stdout, stderr } = await online(["prompt", "--agent", "Main", "--group"], answer);
    expect(code).toBe(0);
    expect(asked).toEqual([{ agentId: "main", group: true }]);
    expect(stdout).toContain("── identity (13 characters, stable)\nYou are here.\n");
    expect(stdout).toContain("read  90 characters. Reads a file.");
    expect(stderr).toContain("Missing in the workspace: SOUL.md.");
    expect(stderr).toContain("System prompt 13 characters, 1 tool 90, together 103.");
    expect(JSON.parse((await online(["prompt", "--json"], answer)).stdout)).toEqual(REPORT);
  });
});
