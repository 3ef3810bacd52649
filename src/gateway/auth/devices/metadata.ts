import type { ClientIdentity } from "../../../protocol/index.ts";
import type { PairedDevice } from "../../../store/index.ts";
import { plainLabel } from "./proof.ts";

/** How a connecting client's description compares with the one pinned when it was paired. */
export type MetadataVerdict =
  /** `platform` is what to go by; `refresh` when it is newer than what is stored. */
  | { readonly same: true; readonly platform: string; readonly refresh: boolean }
  /** Another machine, or a client that lies: must be approved again. */
  | { readonly same: false };

/** Names that node hosts use for the platforms of the desktop. */
const DESKTOP_PLATFORMS: Readonly<Record<string, { platform: string; deviceFamily: string }>> = {
  darwin: { platform: "macos", deviceFamily: "Mac" },
  macos: { platform: "macos", deviceFamily: "Mac" },
  win32: { platform: "windows", deviceFamily: "Windows" },
  windows: { platform: "windows", deviceFamily: "Windows" },
  linux: { platform: "linux", deviceFamily: "Linux" },
};

/** Platform families whose version may rise without a new approval, by the native app that reports them. */
const NATIVE_FAMILIES: Readonly<Record<string, RegExp>> = {
  "openclaw-ios": /^(?:ios|ipados)(?:\s|$)/,
  "openclaw-android": /^android(?:\s|$)/,
  "openclaw-watchos": /^watchos(?:\s|$)/,
  "openclaw-macos": /^(?:macos|darwin)(?:\s|$)/,
};

/** A node host by the names the rest of the world uses; every other client as it is. */
export function normalizeClient(client: ClientIdentity): ClientIdentity {
  const desktop = Object.hasOwn(DESKTOP_PLATFORMS, client.platform)
    ? DESKTOP_PLATFORMS[client.platform]
    : undefined;
  if (client.id !== "node-host" || client.mode !== "node" || desktop === undefined) return client;
  const family = plainLabel(client.deviceFamily);
  if (family !== "" && family !== plainLabel(desktop.deviceFamily)) return client;
  return { ...client, platform: desktop.platform, deviceFamily: client.deviceFamily ?? desktop.deviceFamily };
}

/** Compares a client with the device it was paired as; what was never pinned is not compared. */
export function compareMetadata(
  client: ClientIdentity,
  paired: Pick<PairedDevice, "platform" | "deviceFamily">,
): MetadataVerdict {
  const pinnedFamily = plainLabel(paired.deviceFamily);
  const claimed = plainLabel(client.platform);
  const pinned = plainLabel(paired.platform);
  if (claimed === pinned || pinned === "") {
    return isFamily(client, pinnedFamily)
      ? { same: true, platform: paired.platform ?? client.platform, refresh: false }
      : { same: false };
  }
  if (!isFamily(client, pinnedFamily)) return { same: false };
  const family = NATIVE_FAMILIES[client.id];
  if (family?.test(claimed) && family.test(pinned))
    return { same: true, platform: client.platform, refresh: true };
  if (client.id === "node-host" && client.mode === "node" && desktopName(claimed) === desktopName(pinned)) {
    return { same: true, platform: paired.platform ?? client.platform, refresh: false };
  }
  return { same: false };
}

function isFamily(client: ClientIdentity, pinned: string): boolean {
  return pinned === "" || plainLabel(client.deviceFamily) === pinned;
}

/** `macos 15.1`, `macos` and `darwin` are one desktop to a node host. */
function desktopName(platform: string): string {
  const name = platform.split(" ", 1)[0] ?? "";
  return Object.hasOwn(DESKTOP_PLATFORMS, name) ? (DESKTOP_PLATFORMS[name]?.platform ?? name) : platform;
}
