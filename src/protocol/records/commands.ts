import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, maybe } from "../primitives.ts";

/** One chat command, as clients list and complete it. */
export const CommandEntry = closed(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    nativeName: maybe(Type.String({ minLength: 1, maxLength: 200 })),
    textAliases: maybe(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 20 })),
    description: Type.String({ maxLength: 2000 }),
    category: maybe(oneOf(["session", "options", "status", "management", "media", "tools"])),
    source: oneOf(["native", "skill", "plugin"]),
    scope: oneOf(["text", "native", "both"]),
    acceptsArgs: Type.Boolean(),
    args: maybe(
      Type.Array(
        closed({
          name: Type.String({ minLength: 1, maxLength: 200 }),
          description: Type.String({ maxLength: 500 }),
          type: oneOf(["string", "number", "boolean"]),
          required: maybe(Type.Boolean()),
          choices: maybe(
            Type.Array(
              closed({ value: Type.String({ maxLength: 200 }), label: Type.String({ maxLength: 200 }) }),
              { maxItems: 50 },
            ),
          ),
          dynamic: maybe(Type.Boolean()),
        }),
        { maxItems: 20 },
      ),
    ),
  },
  { title: "CommandEntry", description: "One chat command." },
);

export type CommandEntry = Static<typeof CommandEntry>;
