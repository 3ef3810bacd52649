import { choice, opaque, section, text } from "../field.ts";

/** `sandbox`: where an agent's commands are locked in. */
export const sandbox = () =>
  section(
    "Sandbox",
    "Where commands are locked in.",
    {
      mode: choice(["off", "non-main", "all"], "Mode", "Which sessions are locked in.", { default: "off" }),
      backend: text("Backend", "What locks them in.", { minLength: 1 }),
      scope: choice(["session", "agent", "shared"], "Scope", "Who shares one sandbox."),
      workspaceAccess: choice(["none", "ro", "rw"], "Workspace", "Whether it sees the workspace."),
      workspaceRoot: text("Folder", "Where sandboxes keep their files."),
      docker: opaque("Docker", "Settings of the container."),
      ssh: opaque("SSH", "Settings of the remote machine."),
      browser: opaque("Browser", "A browser in the sandbox."),
      prune: opaque("Clean up", "When unused sandboxes go."),
    },
    { advanced: true },
  );
