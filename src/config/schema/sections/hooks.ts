import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, list, map, opaque, section, text, texts } from "../field.ts";

const mapping = () =>
  Type.Object(
    {
      id: text("Id", "Name of the mapping."),
      match: section("Match", "Which requests it is for.", {
        path: text("Path", "Part of the path after the hook path."),
        source: text("Source", "Value of source in the body."),
      }),
      action: choice(["wake", "agent"], "Action", "Wake the main session, or run an agent."),
      wakeMode: choice(["now", "next-heartbeat"], "Wake", "At once, or with the next heartbeat."),
      name: text("Name", "Name shown for the run."),
      agentId: text("Agent", "Agent that runs."),
      sessionKey: text("Session key", "Session it runs in; may hold placeholders."),
      sessionMode: choice(
        ["isolated", "persistent"],
        "Session mode",
        "A fresh session each time, or the same one.",
      ),
      messageTemplate: text("Message", "Message for the agent; may hold placeholders."),
      textTemplate: text("Text", "Text for a wake; may hold placeholders."),
      forEach: text("For each", "Key of a list in the body; one run for each entry.", {
        pattern: "^[^.[\\]]+$",
      }),
      deliver: flag("Deliver", "Sends the answer to a chat."),
      allowUnsafeExternalContent: flag(
        "Unsafe content",
        "Dangerous: passes the content on without a warning frame.",
      ),
      channel: text("Channel", "Channel the answer goes to.", { minLength: 1 }),
      to: text("To", "Chat the answer goes to."),
      model: text("Model", "Model that answers."),
      thinking: text("Thinking", "How hard it thinks."),
      timeoutSeconds: integer("Time limit (s)", "Longest a run may take.", { exclusiveMinimum: 0 }),
      transform: section("Transform", "Code that turns the body into a message.", {
        module: text("Module", "File in hooks.transformsDir.", { required: true }),
        export: text("Export", "Name of the function."),
      }),
    },
    { title: "Mapping", description: "One mapping.", additionalProperties: false },
  );

const gmail = () =>
  section("Gmail", "Wakes on new mail.", {
    account: text("Account", "Address to watch."),
    label: text("Label", "Label to watch."),
    topic: text("Topic", "Pub/Sub topic."),
    subscription: text("Subscription", "Pub/Sub subscription."),
    pushToken: text("Push token", "Shared secret of the push.", { sensitive: true }),
    hookUrl: text("Hook", "Address the watcher posts to."),
    includeBody: flag("Body", "Passes the text of the mail on."),
    maxBytes: integer("Size limit (bytes)", "Text that is passed on.", { exclusiveMinimum: 0 }),
    renewEveryMinutes: integer("Renewal (min)", "How often the watch is renewed.", { exclusiveMinimum: 0 }),
    allowUnsafeExternalContent: flag(
      "Unsafe content",
      "Dangerous: passes the mail on without a warning frame.",
    ),
    serve: section("Listener", "Where the watcher listens.", {
      bind: text("Address", "Address of the listener."),
      port: integer("Port", "Port of the listener.", { exclusiveMinimum: 0 }),
      path: text("Path", "Path of the listener."),
    }),
    tailscale: section("Tailscale", "Publishes the listener.", {
      mode: choice(["off", "serve", "funnel"], "Mode", "Not at all, in the tailnet, on the internet."),
      path: text("Path", "Path it is published under."),
      target: text("Target", "What it leads to."),
    }),
    model: text("Model", "Model that answers."),
    thinking: choice(["off", "minimal", "low", "medium", "high"], "Thinking", "How hard it thinks."),
  });

/** `hooks`: requests from outside that wake or run an agent. */
export const hooks = lazy(() =>
  section("Webhooks", "Requests from outside that wake or run an agent.", {
    enabled: flag("Enabled", "Takes such requests."),
    path: text("Path", "Path they arrive at.", { default: "/hooks" }),
    token: text("Token", "Shared secret they carry.", { sensitive: true }),
    defaultSessionKey: text("Session key", "Session they go to."),
    allowRequestSessionKey: flag("Request names session", "Lets a request choose the session.", {
      default: false,
    }),
    allowedSessionKeyPrefixes: texts("Session prefixes", "Sessions a request may choose."),
    allowedAgentIds: texts("Agents", "Agents a request may choose."),
    presets: texts("Presets", "Built-in mappings to use."),
    transformsDir: text("Transforms", "Folder with code that turns bodies into messages."),
    mappings: list(mapping(), "Mappings", "What to do with a request, the first match decides."),
    gmail: gmail(),
    internal: section("Internal hooks", "Code that runs on the gateway's own events.", {
      enabled: flag("Enabled", "Runs them."),
      entries: map(Type.Record(Type.String(), Type.Unknown()), "Entries", "Settings of each hook."),
      load: section("Sources", "Where hooks are found.", {
        extraDirs: texts("Folders", "Folders beside the default."),
      }),
      installs: opaque("Installs (older key)", "Accepted from older files."),
    }),
  }),
);
