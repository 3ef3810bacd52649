import { lstatSync, readFileSync, type Stats } from "node:fs";
import type { TelegramSettings } from "../render/index.ts";
import { MAX_TOKEN_FILE_BYTES } from "./limits.ts";

/** As @BotFather writes them: the bot's id, then its secret. */
const TOKEN = /^(\d{3,20}):[A-Za-z0-9_-]{8,256}$/;

/** Where the token of an account is from; `tokenFile` is before `config` is before `env`. */
export type TokenSource = "tokenFile" | "config" | "env" | "none";

/** A token, or why there is none. */
export type TokenFinding =
  | { readonly token: string; readonly source: TokenSource }
  | { readonly problem: string; readonly source: TokenSource };

/** Looks for the token: in `settings.tokenFile` (absolute), then in `settings.botToken`, then takes `fromEnv`. */
export function findToken(settings: TelegramSettings, fromEnv: string | undefined): TokenFinding {
  const { tokenFile, botToken } = settings;
  if (tokenFile !== undefined && tokenFile.trim() !== "") return fromFile(tokenFile);
  if (typeof botToken === "object") {
    return {
      source: "config",
      problem: "its botToken is a reference to a secret that could not be read: openclaw secrets audit",
    };
  }
  const written = botToken?.trim() ?? "";
  if (written !== "") return checked(written, "config");
  const env = fromEnv?.trim() ?? "";
  return env === "" ? { source: "none", problem: "it has no bot token" } : checked(env, "env");
}

/** The bot a token belongs to. */
export function botIdOf(token: string): string {
  return token.slice(0, token.indexOf(":"));
}

function fromFile(path: string): TokenFinding {
  const source = "tokenFile";
  const fault = (why: string) => ({ source, problem: `its tokenFile ${path} ${why}` }) as const;
  let stat: Stats | undefined;
  let text: string;
  try {
    stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return fault("does not exist");
    // Who may change a link could make the gateway read any file and send it out as a token.
    if (stat.isSymbolicLink()) return fault("is a symbolic link; name the file itself");
    if (!stat.isFile()) return fault("is not a file");
    if (stat.size > MAX_TOKEN_FILE_BYTES) return fault("is too large for a token");
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return fault(`cannot be read (${code})`);
  }
  return text === "" ? fault("is empty") : checked(text, source);
}

function checked(token: string, source: TokenSource): TokenFinding {
  if (TOKEN.test(token)) return { token, source };
  return { source, problem: "what it has as its bot token is none; @BotFather writes them as 123456:ABC…" };
}
