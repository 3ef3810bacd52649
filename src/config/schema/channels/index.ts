import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, map, section } from "../field.ts";
import { GROUP_POLICIES } from "./shared.ts";
import { telegram } from "./telegram.ts";
import { whatsapp } from "./whatsapp.ts";

/** `channels`: where people write. */
export const channels = lazy(() =>
  section("Channels", "Where people write.", {
    defaults: section("Channel defaults", "What holds for every channel that says nothing else.", {
      groupPolicy: choice(GROUP_POLICIES, "Groups", "Which groups are heard."),
      historyLimit: integer("Group history", "Messages of a group the agent sees.", { minimum: 0 }),
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
