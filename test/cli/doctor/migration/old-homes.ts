import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../../../src/cli/session.ts";
import { Output } from "../../../../src/cli/terminal/output.ts";
import { readEnv, resolvePaths } from "../../../../src/config/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { cleanEnv, freePort, type TempHome, tempHome } from "../../../support/index.ts";

export const KEY = "sk-ant-test-0123456789abcdef";

const SESSION = "6f1b6b0e-0000-4000-8000-000000000001";

/** A transcript of one question and its answer, as earlier versions wrote it. */
const TRANSCRIPT = [
  { type: "session", version: 3, id: SESSION, timestamp: "2026-01-10T10:00:00.000Z", cwd: "/" },
  {
    type: "message",
    id: "a0000001",
    parentId: null,
    timestamp: "2026-01-10T10:00:01.000Z",
    message: { role: "user", content: [{ type: "text", text: "What is the time?" }], timestamp: 1 },
  },
  {
    type: "message",
    id: "a0000002",
    parentId: "a0000001",
    timestamp: "2026-01-10T10:00:02.000Z",
    message: { role: "assistant", content: [{ type: "text", text: "Ten." }], timestamp: 2 },
  },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join("");

/** The files of a state folder as versions of January 2026 left it. */
async function writeState(home: TempHome, folder: string, config: string, port: number): Promise<void> {
  await home.write(
    `${folder}/${config}`,
    `// mine\n{ gateway: { mode: "local", port: ${port} }, routing: { groupChat: { mentionPatterns: ["claw"] } } }\n`,
  );
  await home.write(`${folder}/${config}.bak`, "{}");
  await home.write(`${folder}/agents/main/sessions/sessions.json`, {
    "agent:main:main": { sessionId: SESSION, updatedAt: 1_768_039_202_000 },
  });
  await home.write(`${folder}/agents/main/sessions/${SESSION}.jsonl`, TRANSCRIPT);
  await home.write(`${folder}/agents/main/agent/auth-profiles.json`, {
    version: 1,
    profiles: { "anthropic:default": { type: "api_key", provider: "anthropic", key: KEY } },
  });
  await home.write(`${folder}/credentials/telegram-allowFrom.json`, {
    version: 1,
    allowFrom: ["4242", "tg:7"],
  });
  await home.write(`${folder}/credentials/whatsapp/default/creds.json`, { me: "x" });
  chmodSync(home.at(folder), 0o700);
  chmodSync(home.at(folder, config), 0o600);
  chmodSync(home.at(folder, "agents/main/agent/auth-profiles.json"), 0o600);
}

export type OldHome = "clawdbot" | "moltbot-profile" | "beside-empty" | "node-gateway";

export const OLD_HOMES: readonly OldHome[] = ["clawdbot", "moltbot-profile", "beside-empty", "node-gateway"];

/** A home that some earlier version was used in; `args` choose its profile. */
export async function oldHome(
  kind: OldHome,
): Promise<{ home: TempHome; args: string[]; state: string; was: string }> {
  const home = await tempHome();
  const port = await freePort();
  switch (kind) {
    case "clawdbot":
      await writeState(home, ".clawdbot", "clawdbot.json", port);
      await home.write("clawd/SOUL.md", "I am Clawd.");
      return { home, args: [], state: ".openclaw", was: ".clawdbot" };
    case "moltbot-profile":
      await writeState(home, ".moltbot-work", "moltbot.json", port);
      return { home, args: ["--profile", "work"], state: ".openclaw-work", was: ".moltbot-work" };
    case "beside-empty":
      await writeState(home, ".clawdbot", "clawdbot.json", port);
      await home.write(".clawdbot/tmp/left", "over");
      await home.write(".openclaw/logs/gateway-restart.log", "line\n");
      await home.write(".openclaw/credentials/telegram-allowFrom.json", { allowFrom: ["1"] });
      chmodSync(home.at(".openclaw"), 0o700);
      return { home, args: [], state: ".openclaw", was: ".clawdbot" };
    case "node-gateway":
      await writeState(home, ".openclaw", "openclaw.json", port);
      peerDatabase(home.at(".openclaw/state"));
      return { home, args: [], state: ".openclaw", was: ".openclaw" };
  }
}

/** The state database of the Node gateway, as far as it matters here. */
function peerDatabase(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  using db = new Database(join(folder, "openclaw.sqlite"), { create: true, strict: true });
  db.run("PRAGMA user_version = 18");
  db.run(
    "CREATE TABLE channel_pairing_allow_entries (channel_key TEXT, account_id TEXT, entry TEXT, sort_order INTEGER, updated_at INTEGER)",
  );
  db.run("INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '99', 0, 0)");
  db.run("CREATE TABLE auth_profile_store (store_key TEXT, store_json TEXT, updated_at INTEGER)");
  const store = {
    version: 1,
    profiles: { "openai:default": { type: "api_key", provider: "openai", key: "sk-test-1" } },
  };
  db.query("INSERT INTO auth_profile_store VALUES ('main', ?, 0)").run(JSON.stringify(store));
}

/** Everything below a folder: kind, mode and content of each entry. */
export function treeOf(root: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(root, below)).sort()) {
    const place = join(below, name);
    const path = join(root, place);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.isSymbolicLink()) found[place] = `link ${readlinkSync(path)}`;
    else if (stat.isDirectory()) Object.assign(found, { [place]: `folder ${mode}` }, treeOf(root, place));
    else found[place] = `${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
  }
  return found;
}

/** What a migration needs to know of a command line in that home. */
export function sessionIn(home: string, args: readonly string[] = []): Session {
  const env = readEnv(cleanEnv(home));
  const profile = args[0] === "--profile" ? args[1] : undefined;
  const paths = resolvePaths(env, { profile });
  const silent = { isTty: false, write: () => {} };
  const plain = { noColor: true, forceColor: false, debug: false, color: false };
  return {
    env,
    root: { dev: false, profile, logLevel: undefined, color: false },
    profile: paths.profile,
    paths,
    out: new Output({ stdout: silent, stderr: silent, profile: paths.profile, ...plain }),
    clock: systemClock,
    interrupted: () => new AbortController().signal,
    confirm: undefined,
    editLines: undefined,
    prompts: undefined,
    readInput: async () => "",
  };
}
