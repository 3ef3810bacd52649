import { SERVICE_MARKER, type ServiceIdentity } from "./identity.ts";
import type { ServiceKind } from "./kind.ts";
import type { ForeignService } from "./service.ts";

/** What a scan read out of a unit, plist or task that it found. */
export interface FoundDefinition {
  /** What the supervisor calls it: label, unit with `.service`, task name without its folder. */
  readonly name: string;
  readonly programArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a definition that runs a gateway is to us. */
export interface GatewayLikeness {
  readonly marker: ForeignService["marker"];
  /** It has an earlier name of this program: install and doctor may remove it. */
  readonly legacy: boolean;
  /** The service of this or of another profile: nothing to be told about. */
  readonly own: boolean;
}

const ERAS: readonly ForeignService["marker"][] = [SERVICE_MARKER, "moltbot", "clawdbot"];

/** Names that earlier versions gave to their services, whatever the profile. */
const LEGACY_NAMES: Readonly<
  Record<ServiceKind, readonly { readonly name: RegExp; readonly era: ForeignService["marker"] }[]>
> = {
  launchd: [
    { name: /^com\.openclaw\.[a-z0-9][a-z0-9_-]*$/i, era: "openclaw" },
    { name: /^bot\.molt\.[a-z0-9][a-z0-9_-]*$/i, era: "moltbot" },
    { name: /^com\.clawdbot\.[a-z0-9][a-z0-9_-]*$/i, era: "clawdbot" },
    { name: /^com\.steipete\.clawdbot\.gateway$/i, era: "clawdbot" },
  ],
  systemd: [
    { name: /^moltbot-gateway(?:-[a-z0-9][a-z0-9_-]*)?\.service$/i, era: "moltbot" },
    { name: /^clawdbot-gateway(?:-[a-z0-9][a-z0-9_-]*)?\.service$/i, era: "clawdbot" },
  ],
  schtasks: [
    { name: /^Moltbot Gateway(?: \([^)]+\))?$/i, era: "moltbot" },
    { name: /^Clawdbot Gateway(?: \([^)]+\))?$/i, era: "clawdbot" },
  ],
};

/** Names that this program gives to the services of its profiles. */
const OWN_NAMES: Readonly<Record<ServiceKind, RegExp>> = {
  launchd: /^ai\.openclaw\.(?!node$)[a-z0-9][a-z0-9_-]*$/,
  systemd: /^openclaw-gateway(?:-[a-z0-9][a-z0-9_-]*)?\.service$/,
  schtasks: /^OpenClaw Gateway(?: \([^)]+\))?$/i,
};

/**
 * Tells whether a definition runs a gateway of any era: it carries the marker pair, has a name of an era, or its command
 * mentions one and `gateway`. `undefined` for anything else.
 */
export function gatewayLikeness(
  identity: Pick<ServiceIdentity, "kind" | "name">,
  found: FoundDefinition,
): GatewayLikeness | undefined {
  const { kind } = identity;
  const named = LEGACY_NAMES[kind].find(({ name }) => name.test(found.name));
  const marked = markerOf(found.environment);
  const marker = named?.era ?? marked ?? commandEra(found.programArguments);
  const own = OWN_NAMES[kind].test(found.name) || found.name === identity.name;
  if (marker === undefined) return own ? { marker: SERVICE_MARKER, legacy: false, own } : undefined;
  return { marker, legacy: named !== undefined || (marker !== SERVICE_MARKER && marked === marker), own };
}

/** The era whose marker stands in the environment of a definition, together with the kind `gateway`. */
function markerOf(environment: Readonly<Record<string, string>>): ForeignService["marker"] | undefined {
  return ERAS.find((era) => {
    const prefix = era.toUpperCase();
    const kind = environment[`${prefix}_SERVICE_KIND`];
    return environment[`${prefix}_SERVICE_MARKER`] === era && (kind === undefined || kind === "gateway");
  });
}

/** The era that a command line mentions beside `gateway`. */
function commandEra(args: readonly string[]): ForeignService["marker"] | undefined {
  const command = args.join(" ").toLowerCase();
  if (!/(?:^|[^a-z0-9])gateway(?:[^a-z0-9]|$)/.test(command)) return undefined;
  return ERAS.find((era) => command.includes(era));
}
