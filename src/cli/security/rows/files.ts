import { displayPath, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from "../../../config/index.ts";
import type { AuditRow, AuditSeverity, Seen } from "../audit-row.ts";
import type { AuditFacts, Place } from "../facts.ts";

const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;
const GROUP_READ = 0o040;
const OTHERS_READ = 0o004;

const ANY_WRITE = GROUP_WRITE | OTHERS_WRITE;
const ANY_READ = GROUP_READ | OTHERS_READ;

interface ModeRule {
  readonly checkId: string;
  readonly title: string;
  readonly reason: string;
  readonly places: (facts: AuditFacts) => readonly (Place | undefined)[];
  /** Bits of which one is enough. */
  readonly bits: number;
  /** With these bits another row speaks. */
  readonly unless?: number;
  readonly severity: AuditSeverity;
  readonly isFolder?: true;
}

/** Who may read and change what lies on the disk. */
const MODE_RULES: readonly ModeRule[] = [
  {
    checkId: "fs.state_dir.perms_world_writable",
    title: "Everybody can change the state folder",
    reason: "Who can replace files in it owns the gateway.",
    places: ({ stateDir }) => [stateDir],
    bits: OTHERS_WRITE,
    severity: "critical",
    isFolder: true,
  },
  {
    checkId: "fs.state_dir.perms_group_writable",
    title: "Users of a group can change the state folder",
    reason: "Who can replace files in it owns the gateway.",
    places: ({ stateDir }) => [stateDir],
    bits: GROUP_WRITE,
    unless: OTHERS_WRITE,
    severity: "warn",
    isFolder: true,
  },
  {
    checkId: "fs.state_dir.perms_readable",
    title: "Others can look into the state folder",
    reason: "It holds tokens and messages.",
    places: ({ stateDir }) => [stateDir],
    bits: ANY_READ,
    unless: ANY_WRITE,
    severity: "warn",
    isFolder: true,
  },
  {
    checkId: "fs.config.perms_writable",
    title: "Others can change the configuration",
    reason: "Who writes it decides who is let in and what agents may do.",
    places: ({ configFile }) => [configFile],
    bits: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.config.perms_world_readable",
    title: "Everybody can read the configuration",
    reason: "It holds tokens and settings.",
    places: ({ configFile }) => [configFile],
    bits: OTHERS_READ,
    unless: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.config.perms_group_readable",
    title: "Users of a group can read the configuration",
    reason: "It holds tokens and settings.",
    places: ({ configFile }) => [configFile],
    bits: GROUP_READ,
    unless: ANY_WRITE | OTHERS_READ,
    severity: "warn",
  },
  {
    checkId: "fs.config_include.perms_writable",
    title: "Others can change an included file",
    reason: "It is part of the configuration.",
    places: ({ includes }) => includes,
    bits: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.config_include.perms_world_readable",
    title: "Everybody can read an included file",
    reason: "It is part of the configuration.",
    places: ({ includes }) => includes,
    bits: OTHERS_READ,
    unless: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.config_include.perms_group_readable",
    title: "Users of a group can read an included file",
    reason: "It is part of the configuration.",
    places: ({ includes }) => includes,
    bits: GROUP_READ,
    unless: ANY_WRITE | OTHERS_READ,
    severity: "warn",
  },
  {
    checkId: "fs.credentials_dir.perms_writable",
    title: "Others can change stored credentials",
    reason: "Who puts a token of their own there is let in.",
    places: ({ credentials }) => credentials,
    bits: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.credentials_dir.perms_readable",
    title: "Others can read stored credentials",
    reason: "They are as good as the accounts they open.",
    places: ({ credentials }) => credentials,
    bits: ANY_READ,
    unless: ANY_WRITE,
    severity: "warn",
  },
  {
    checkId: "fs.auth_profiles.perms_writable",
    title: "Others can change the state database",
    reason: "Credentials of models, devices and messages lie in it.",
    places: ({ database }) => database,
    bits: ANY_WRITE,
    severity: "critical",
  },
  {
    checkId: "fs.sessions_store.perms_readable",
    title: "Others can read the state database",
    reason: "Conversations and credentials lie in it.",
    places: ({ database }) => database,
    bits: ANY_READ,
    unless: ANY_WRITE,
    severity: "warn",
  },
  {
    checkId: "fs.log_file.perms_readable",
    title: "Others can read the log",
    reason: "Secrets are left out of it, names and habits are not.",
    places: ({ logFile }) => [logFile],
    bits: ANY_READ | ANY_WRITE,
    severity: "warn",
  },
];

export const FILE_ROWS: readonly AuditRow[] = [
  ...MODE_RULES.map(modeRow),
  {
    checkId: "fs.foreign_owner",
    title: "Somebody else owns what the gateway relies on",
    reason: "An owner opens and replaces files whatever their modes say.",
    remediation: "Take it over, if it is yours: sudo chown -R",
    look: ({ uid, stateDir, configFile, includes, credentials, database, paths }) =>
      [stateDir, configFile, ...includes, ...credentials, ...database].flatMap((place): Seen[] => {
        if (place?.uid === undefined || place.uid === uid) return [];
        return [
          {
            // Root can do it anyway.
            severity: place.uid === 0 ? "warn" : "critical",
            detail: `${displayPath(place.path, paths.home)} belongs to the user with number ${place.uid}.`,
            remediation: `Take it over, if it is yours: sudo chown -R "$(id -un)" "${place.path}"`,
          },
        ];
      }),
  },
  {
    checkId: "fs.state_dir.symlink",
    title: "The state folder is a link",
    reason: "Who owns what the link leads to owns the state.",
    remediation: "Make it a real folder, or name the real one: OPENCLAW_STATE_DIR",
    look: ({ stateDir, paths }) =>
      stateDir?.isLink === true
        ? { severity: "warn", detail: `${displayPath(stateDir.path, paths.home)} is a symbolic link.` }
        : undefined,
  },
  {
    checkId: "fs.config.symlink",
    title: "The configuration is a link",
    reason: "It cannot be written in one step, and who owns what it leads to owns the settings.",
    remediation: "Make it a real file, or name the real one: OPENCLAW_CONFIG_PATH",
    look: ({ configFile, paths }) =>
      configFile?.isLink === true
        ? { severity: "warn", detail: `${displayPath(configFile.path, paths.home)} is a symbolic link.` }
        : undefined,
  },
  {
    checkId: "fs.synced_dir",
    title: "The state lies in a folder that is copied elsewhere",
    reason:
      "A cloud service keeps copies of tokens and conversations, and may change files under the gateway.",
    remediation: "Move it: OPENCLAW_STATE_DIR names another folder",
    look: ({ synced, paths }) =>
      synced.map(({ path, service }): Seen => ({
        severity: "warn",
        detail: `${displayPath(path, paths.home)} is kept in step by ${service}.`,
      })),
  },
];

function modeRow(rule: ModeRule): AuditRow {
  const { checkId, title, reason, places, bits, unless = 0, severity, isFolder } = rule;
  return {
    checkId,
    title,
    reason,
    remediation: "openclaw security audit --fix",
    look: (facts) =>
      places(facts).flatMap((place): Seen[] => {
        if (place === undefined) return [];
        if ((place.mode & bits) === 0 || (place.mode & unless) !== 0) return [];
        const folder = isFolder === true || place.isFolder;
        const shown = displayPath(place.path, facts.paths.home);
        const detail = `${shown} has mode ${place.mode.toString(8).padStart(3, "0")}.`;
        if (place.isElsewhere) {
          const remediation = `It is reached by a link, and not changed from here: chmod go-rwx "$(realpath "${place.path}")"`;
          return [{ severity, detail, remediation }];
        }
        return [
          {
            severity,
            detail,
            fix: { kind: "chmod", path: place.path, mode: folder ? PRIVATE_DIR_MODE : PRIVATE_FILE_MODE },
          },
        ];
      }),
  };
}
