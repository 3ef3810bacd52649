import { Type } from "@sinclair/typebox";
import { either, flag, integer, lazy, list, map, section } from "../field.ts";

/** A sender in an allow list: channel ids are text, some channels write them as numbers. */
export const sender = () => Type.Union([Type.String(), Type.Number()]);

const autoFlag = (title: string, description: string) =>
  either([Type.Boolean(), Type.Literal("auto")], title, description, { default: "auto" });

/** `commands`: what people may order by chat or signal. */
export const commands = lazy(() =>
  section(
    "Commands",
    "Slash commands in chats, and who may give them.",
    {
      native: autoFlag("Native commands", "Registers the commands with channels that have a command menu."),
      nativeSkills: autoFlag("Native skill commands", "Registers skills as commands too."),
      text: flag("Text commands", "Understands commands typed as text.", { default: true }),
      bash: flag("Shell", "Allows /bash.", { default: false, advanced: true }),
      bashForegroundMs: integer(
        "Shell foreground (ms)",
        "How long /bash waits before it moves to the background.",
        {
          minimum: 0,
          maximum: 30_000,
          advanced: true,
        },
      ),
      config: flag("Configuration", "Allows /config.", { default: false, advanced: true }),
      mcp: flag("MCP", "Allows /mcp.", { advanced: true }),
      plugins: flag("Plugins", "Allows /plugins.", { default: false, advanced: true }),
      debug: flag("Debug", "Allows /debug.", { default: false, advanced: true }),
      restart: flag("Restart", "Allows /restart and a restart by signal from outside.", { default: true }),
      ownerAllowFrom: list(sender(), "Owners", "Senders that count as the owner of this gateway."),
      allowFrom: map(
        Type.Array(sender()),
        "Allowed senders",
        "Who may give commands, by channel; * for every channel.",
      ),
    },
    { default: {} },
  ),
);
