import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, map, section } from "../field.ts";
import { contextVisibility, GROUP_POLICIES } from "./shared.ts";
import { telegram } from "./telegram.ts";
import { whatsapp } from "./whatsapp.ts";

/** `channels`: where people write. */
export const channels = lazy(() =>
  section("Channels", "Where people write.", {
    defaults: section("Channel defaults", "What holds for every channel that says nothing else.", {
      groupPolicy: choice(GROUP_POLICIES, "Groups", "Which groups are heard."),
      contextVisibility: contextVisibility(),
      historyLimit: integer("Group history", "Messages of a group the agent sees.", { minimum: 0 }),
      botLoopProtection: section("Bot loops", "Stops two bots from answering each other for ever.", {
        enabled: flag("Enabled", "Watches for such loops."),
        maxEventsPerWindow: integer("Events", "Messages of a bot in one chat within the window.", {
          minimum: 1,
        }),
        windowSeconds: integer("Window (s)", "Length of the window.", { minimum: 1 }),
        cooldownSeconds: integer("Pause (s)", "How long such a bot is not heard then.", { minimum: 1 }),
      }),
      healthMonitor: section("Health", "Restarts an account that has gone silent.", {
        enabled: flag("Enabled", "Watches them."),
      }),
    }),
    modelByChannel: map(
      Type.Record(Type.String(), Type.String()),
      "Models",
      "Model of single chats, by channel and chat.",
    ),
    telegram: telegram(),
    whatsapp: whatsapp(),
  }),
);
