import type { Command } from "../../../src/cli/command.ts";
import { ROOT } from "../../../src/cli/commands/index.ts";

/** What a command needs beside its name to get as far as asking the gateway. */
export const NEEDS: Readonly<Record<string, readonly string[]>> = {
  agent: ["--message", "hi", "--agent", "main"],
  "agents delete": ["work", "--force"],
  "gateway call": ["health"],
  "devices rename": ["--device", "d1", "--name", "n"],
  "devices rotate": ["--device", "d1", "--role", "operator"],
  "devices revoke": ["--device", "d1", "--role", "operator"],
  "devices approve": ["r1"],
  "devices clear": ["--yes"],
  "nodes describe": ["--node", "n1"],
  "nodes invoke": ["--node", "n1", "--command", "camera.snap"],
  "nodes canvas present": ["--node", "n1"],
  "nodes canvas navigate": ["/__openclaw__/canvas/", "--node", "n1"],
  "nodes canvas hide": ["--node", "n1"],
  "nodes rename": ["--node", "n1", "--name", "n"],
  "nodes remove": ["--node", "n1"],
  "browser create-profile": ["--name", "work"],
  "browser delete-profile": ["--name", "work"],
  "browser fill": ["--fields", '[{"ref":"e1","value":"x"}]'],
  "browser evaluate": ["--fn", "1"],
  "browser dialog": ["--accept"],
  "channels start": ["telegram"],
  "channels stop": ["telegram"],
  "channels login": ["whatsapp"],
  "channels logout": ["telegram"],
  "channels resolve": ["ann", "--channel", "telegram"],
  "sessions delete": ["k", "--yes"],
  "models auth paste-api-key": ["--provider", "openai", "--from-env", "A_KEY"],
  "models auth paste-token": ["--provider", "anthropic", "--from-env", "A_KEY"],
  "models auth login": ["--provider", "anthropic"],
  "models auth logout": ["openai:default", "--yes"],
  "models auth order get": ["--provider", "openai"],
  "models auth order set": ["openai:default", "--provider", "openai"],
  "models auth order clear": ["--provider", "openai"],
  "pairing approve": ["ABCD1234"],
  "pairing dismiss": ["ABCD1234"],
  "message send": ["--target", "telegram:1", "--message", "hi"],
  "message poll": [
    "--target",
    "telegram:1",
    "--poll-question",
    "q",
    "--poll-option",
    "a",
    "--poll-option",
    "b",
  ],
  "message react": ["--target", "telegram:1", "--message-id", "1", "--emoji", "x"],
  "message edit": ["--target", "telegram:1", "--message-id", "1", "--message", "m"],
  "message delete": ["--target", "telegram:1", "--message-id", "1"],
  "message pin": ["--target", "telegram:1", "--message-id", "1"],
  "message unpin": ["--target", "telegram:1", "--message-id", "1"],
  "message read": ["--target", "telegram:1"],
  "message search": ["--query", "q"],
  "message broadcast": ["telegram:1", "--message", "hi"],
  "message sticker": ["--target", "telegram:1", "--sticker-id", "s"],
  "message thread create": ["--target", "telegram:1", "--thread-name", "t"],
  "message thread edit": ["--target", "telegram:1", "--thread-id", "1", "--thread-name", "t"],
  "message queue drop": ["1"],
  "message queue retry": ["1", "--yes"],
  "directory groups members": ["--group-id", "1", "--channel", "telegram"],
  "directory groups list": ["--channel", "telegram"],
  "directory peers list": ["--channel", "telegram"],
  "directory self": ["--channel", "telegram"],
  "system event": ["--text", "hi"],
};

/** Commands whose answer is worth having without a gateway; they exit 0 and say that none answers. */
export const TELL_ANYWAY: readonly string[] = [
  "gateway status",
  "daemon status",
  "status",
  "channels status",
  "gateway diagnostics export",
];

/** Refused at once for another reason: a sign-in needs a terminal, or a channel that has one. */
export const REFUSED_BEFORE: readonly string[] = ["models auth login", "channels login"];

/** Commands that do the work on this machine's own files when no gateway uses them, unless another machine is meant. */
export const NEEDS_URL: readonly string[] = ["agents delete"];

/** Every command with the options of a gateway call. */
export function askingCommands(): { readonly name: string; readonly argv: readonly string[] }[] {
  const visit = (command: Command, path: readonly string[]): { name: string; argv: string[] }[] => {
    const name = path.join(" ");
    const asks = command.load !== undefined && "url" in command.flags && "timeout" in command.flags;
    const words = command.args.filter(({ required }) => required).map(() => "x1");
    const own = asks ? [{ name, argv: [...path, ...(NEEDS[name] ?? words)] }] : [];
    return [...own, ...command.subcommands.flatMap((sub) => visit(sub, [...path, sub.name]))];
  };
  return ROOT.subcommands.flatMap((command) => visit(command, [command.name]));
}

/** A configuration with which each of them gets as far as asking. */
export const ASKING_CONFIG = {
  gateway: { mode: "local", auth: { mode: "token", token: "s3cret" } },
  agents: { entries: { main: {}, work: {} } },
  channels: { telegram: { enabled: true, botToken: "123456:test" } },
};
