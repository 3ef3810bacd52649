import { Type } from "@sinclair/typebox";
import { choice, either, flag, integer, section, text, texts } from "../field.ts";

/** `gateway.nodes`: pairing of nodes and what they may be asked to do. */
export const gatewayNodes = () =>
  section(
    "Nodes",
    "Machines and phones that offer commands to the gateway.",
    {
      pairing: section(
        "Node pairing",
        "Which nodes are paired without an operator.",
        {
          autoApproveLocal: flag("This machine", "Pairs a node that connects from loopback.", {
            default: true,
          }),
          autoApproveCidrs: texts("Networks", "Pairs nodes that connect from these networks.", {
            advanced: true,
            placeholder: "100.64.0.0/10",
          }),
          sshVerify: either(
            [
              Type.Boolean(),
              Type.Object(
                {
                  user: text("User", "User to sign in as."),
                  identity: text("Identity file", "Key to sign in with."),
                  timeoutMs: integer("Time limit (ms)", "Longest the check may take.", {
                    exclusiveMinimum: 0,
                  }),
                  cidrs: texts("Networks", "Networks the check is tried in."),
                },
                { title: "SSH check", description: "How the check signs in.", additionalProperties: false },
              ),
            ],
            "Verify over SSH",
            "Pairs a node after reading its device id over SSH.",
            { default: true, advanced: true },
          ),
        },
        { default: {} },
      ),
      commands: section(
        "Node commands",
        "Commands nodes may be asked to run, besides the defaults of their platform.",
        {
          allow: texts("Allowed", "Commands that are allowed as well.", { default: [] }),
          deny: texts("Denied", "Commands that are never sent; wins over allowed.", { default: [] }),
        },
        { default: {} },
      ),
      browser: section("Browser proxy", "Which node's browser is used.", {
        mode: choice(["auto", "manual", "off"], "Mode", "Picks a node by itself, the named one, or none."),
        node: text("Node", "Id or name of the node."),
      }),
      pluginTools: section(
        "Node plugin tools",
        "Tools that plugins on a node offer.",
        { enabled: flag("Enabled", "Offers those tools to agents.") },
        { advanced: true },
      ),
      allowSkills: flag("Node skills", "Lets nodes offer skills.", { advanced: true }),
    },
    { default: {} },
  );
