import { type ClientIdentity, invalidRequest } from "../../../protocol/index.ts";
import type { DeviceRole, SetupAccess } from "../../../store/index.ts";
import { plainLabel } from "./proof.ts";
import { isLoopback } from "../peer/index.ts";

/** What each kind of setup code hands to the device that uses it. Pairing others is never handed over. */
export const SETUP_GRANTS: Readonly<
  Record<SetupAccess, { readonly roles: readonly DeviceRole[]; readonly scopes: readonly string[] }>
> = {
  full: {
    roles: ["node", "operator"],
    scopes: [
      "operator.admin",
      "operator.approvals",
      "operator.questions",
      "operator.read",
      "operator.talk.secrets",
      "operator.write",
    ],
  },
  limited: {
    roles: ["node", "operator"],
    scopes: [
      "operator.approvals",
      "operator.questions",
      "operator.read",
      "operator.talk.secrets",
      "operator.write",
    ],
  },
  node: { roles: ["node"], scopes: [] },
};

/** True for the clients a code of this kind is meant for: phones for an operator handoff, node hosts for a node. */
export function mayUseSetupCode(access: SetupAccess, client: ClientIdentity): boolean {
  if (client.mode !== "node") return false;
  if (access === "node") return client.id === "node-host";
  const platform = plainLabel(client.platform);
  const family = plainLabel(client.deviceFamily);
  if (client.id === "openclaw-android") return /^android(?:\s|$)/.test(platform) && family === "android";
  return (
    client.id === "openclaw-ios" &&
    /^(?:ios|ipados)(?:\s|$)/.test(platform) &&
    /^(?:iphone|ipad|ios)$/.test(family)
  );
}

/** Ways in from another machine. */
export interface SetupUrlFacts {
  /** `gateway.publicOrigin`. */
  readonly publicOrigin: string | undefined;
  /** `gateway.remote.url`. */
  readonly remoteUrl: string | undefined;
  /** Addresses beyond loopback this gateway listens on, best first. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly tls: boolean;
}

export interface SetupUrl {
  readonly url: string;
  /** The setting it came from. */
  readonly source: string;
  /** True when what is said over it cannot be read on the way. */
  readonly isPrivate: boolean;
}

/** The address a phone should use. @throws ProtocolError when there is none that reaches beyond this machine */
export function setupUrl(
  facts: SetupUrlFacts,
  asked: { publicUrl?: string | undefined; preferRemoteUrl?: boolean | undefined },
): SetupUrl {
  const host = facts.hosts[0];
  const remote = { url: facts.remoteUrl, source: "gateway.remote.url" };
  const candidates = [
    { url: asked.publicUrl, source: "publicUrl" },
    ...(asked.preferRemoteUrl ? [remote] : []),
    { url: facts.publicOrigin, source: "gateway.publicOrigin" },
    {
      url: host && `${facts.tls ? "wss" : "ws"}://${host.includes(":") ? `[${host}]` : host}:${facts.port}`,
      source: "gateway.bind",
    },
    remote,
  ];
  for (const { url, source } of candidates) {
    if (url) return webSocketUrl(url, source);
  }
  throw invalidRequest(
    "gateway is bound to loopback only, so no other device can reach it: set gateway.bind to lan or tailnet, " +
      "or name the address it is reached by with: openclaw config set gateway.publicOrigin https://<host>",
  );
}

/** The code itself: everything a device needs to connect once. */
export function encodeSetupCode(code: { url: string; bootstrapToken: string; expiresAtMs: number }): string {
  return Buffer.from(JSON.stringify(code)).toString("base64url");
}

function webSocketUrl(text: string, source: string): SetupUrl {
  const url = URL.parse(text);
  if (url === null || !/^(?:wss?|https?):$/.test(url.protocol)) {
    throw invalidRequest(`${source} is no ws, wss, http or https URL: ${text}`);
  }
  const secure = url.protocol === "wss:" || url.protocol === "https:";
  const path = url.pathname === "/" ? "" : url.pathname;
  const local = url.hostname === "localhost" || isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
  return { url: `${secure ? "wss" : "ws"}://${url.host}${path}`, source, isPrivate: secure || local };
}
