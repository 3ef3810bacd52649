import { defineCommand } from "../command.ts";
import { choice, filled, onByDefault, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

const archive = {
  name: "archive",
  summary: "A backup, for example ./2026-03-09T08-00-00.000+08-00-openclaw-backup.tar.gz",
  required: true,
};

export const createFlags = {
  output: filled("path", "Folder or file (.tar.gz) to write to, instead of the current folder"),
  verify: toggle("Read the archive again when it is written"),
  dryRun: toggle("Say what would be backed up, and write nothing"),
  onlyConfig: toggle("Only the configuration file"),
  includeWorkspace: onByDefault("Leave the workspaces of the agents out"),
  ...jsonFlag,
};

export const verifyFlags = jsonFlag;

export const restoreFlags = {
  target: filled("folder", "Unpack to this new or empty folder, and change nothing else"),
  dryRun: toggle("Say what would be restored, and change nothing"),
  yes: toggle("Do not ask"),
  ...jsonFlag,
};

export const backupCommand = defineCommand({
  name: "backup",
  summary: "Back up this installation, check a backup, bring one back",
  description: "Backups hold secrets: keep them as safe as the state folder itself.",
  examples: [
    ["openclaw backup create --verify", "Make a backup here and check it"],
    ["openclaw backup restore ./backup.tar.gz --target ./restored", "Unpack one to look at it"],
  ],
  subcommands: [
    defineCommand({
      name: "create",
      summary: "Write everything of this installation to one archive, while the gateway runs",
      description:
        "The archive is <local time>-openclaw-backup.tar.gz in the current folder, readable for its owner only; nothing is ever overwritten.",
      flags: createFlags,
      examples: [
        ["openclaw backup create --verify", "Make a backup here and check it"],
        ["openclaw backup create --output ~/Backups", "Make it in another folder"],
        ["openclaw backup create --no-include-workspace", "Without the files of the agents"],
        ["openclaw backup create --dry-run --json", "See what would be in it"],
      ],
      load: () => import("../backup/create.ts"),
    }),
    defineCommand({
      name: "verify",
      summary: "Read a backup to its end and compare it with its list of checksums",
      args: [archive],
      flags: verifyFlags,
      examples: [["openclaw backup verify ./backup.tar.gz", "See whether it can be relied on"]],
      load: () => import("../backup/verify.ts"),
    }),
    defineCommand({
      name: "restore",
      summary: "Bring a backup back, here or into an empty folder",
      description:
        "Without --target the installation of this profile is replaced, as one act, after a question; what was there before stays beside it under a dated name. The gateway must be stopped for it.",
      args: [archive],
      flags: restoreFlags,
      examples: [
        ["openclaw backup restore ./backup.tar.gz --target ./restored", "Unpack it to look at it"],
        ["openclaw backup restore ./backup.tar.gz --dry-run", "See what would be replaced"],
        ["openclaw backup restore ./backup.tar.gz", "Go back to it"],
      ],
      load: () => import("../backup/restore.ts"),
    }),
  ],
});

const consent = {
  yes: toggle("Do not ask"),
  nonInteractive: toggle("Never ask; needs --yes"),
  dryRun: toggle("Say what would be removed, and change nothing"),
};

export const resetFlags = {
  scope: choice(["config", "config+creds+sessions", "full"], "How much begins anew", {
    placeholder: "scope",
  }),
  ...consent,
};

export const uninstallFlags = {
  service: toggle("The gateway's service; this alone unless something else is named"),
  state: toggle("State and configuration; workspaces in it stay unless --workspace is given too"),
  workspace: toggle("The workspaces of the agents"),
  app: toggle("The macOS app"),
  all: toggle("All four"),
  ...consent,
};

export const resetCommand = defineCommand({
  name: "reset",
  summary: "Begin anew: configuration, credentials and conversations, or everything",
  description:
    "What is removed is moved aside under a dated name, and the command that brings it back is printed. All but --scope config stop the gateway's service first.",
  flags: resetFlags,
  examples: [
    ["openclaw reset --dry-run", "See what there is to remove"],
    ["openclaw reset --scope config", "Begin with a new configuration, after a question"],
    ["openclaw reset --scope full --yes --non-interactive", "Everything, without a question"],
  ],
  load: () => import("../removal/reset.ts"),
});

export const uninstallCommand = defineCommand({
  name: "uninstall",
  summary: "Remove the service, the state, the workspaces",
  description:
    "What is removed is moved aside under a dated name, and the command that brings it back is printed. The executable is left to you; its place is printed.",
  flags: uninstallFlags,
  examples: [
    ["openclaw uninstall --all --dry-run", "See what would be removed"],
    ["openclaw uninstall", "Be asked what to remove"],
    ["openclaw uninstall --service --yes", "Remove the service alone"],
  ],
  load: () => import("../removal/uninstall.ts"),
});
