import { type GatewayRequestError, isRecord } from "../../../client/browser/index.ts";

/** Why a browser is not let in, in words for the person in front of it. */
export interface Refusal {
  readonly kind:
    "sign-in" | "wrong-secret" | "origin" | "insecure" | "locked" | "pairing" | "reload" | "other";
  readonly title: string;
  readonly text: string;
  /** What mends it, for a terminal on the gateway's machine. */
  readonly command?: string;
  /** A secret typed here would help. */
  readonly asksSecret: boolean;
  /** The pairing request that waits for approval. */
  readonly requestId?: string;
}

const SHOW_TOKEN = "openclaw gateway auth-token --show";

/** What a refused connection means, and what to do about it; `origin` is this page's own. */
export function explainRefusal(error: GatewayRequestError, origin: string): Refusal {
  const details = isRecord(error.details) ? error.details : {};
  switch (error.detailCode) {
    case "AUTH_TOKEN_MISSING":
    case "AUTH_PASSWORD_MISSING":
    case "DEVICE_IDENTITY_REQUIRED":
      return signIn(error.detailCode === "AUTH_PASSWORD_MISSING");
    case "AUTH_TOKEN_MISMATCH":
      return {
        kind: "wrong-secret",
        title: "That is not this gateway's token",
        text: "Copy it again; on the gateway's machine this shows it:",
        command: SHOW_TOKEN,
        asksSecret: true,
      };
    case "AUTH_PASSWORD_MISMATCH":
      return {
        kind: "wrong-secret",
        title: "That is not this gateway's password",
        text: "Type it again. It is the value of gateway.auth.password on the gateway's machine.",
        asksSecret: true,
      };
    case "AUTH_DEVICE_TOKEN_MISMATCH":
      return {
        kind: "sign-in",
        title: "This browser was signed out",
        text: "Its access was withdrawn or replaced. Sign in again, or open a new link with:",
        command: "openclaw dashboard",
        asksSecret: true,
      };
    case "AUTH_SCOPE_MISMATCH":
      return {
        kind: "sign-in",
        title: "This browser may do less than this page needs",
        text: "Sign in with the gateway's token to have it approved again.",
        command: SHOW_TOKEN,
        asksSecret: true,
      };
    case "AUTH_TOKEN_NOT_CONFIGURED":
    case "AUTH_PASSWORD_NOT_CONFIGURED":
      return {
        kind: "other",
        title: "The gateway has no secret to sign in with",
        text: "Nobody can sign in until it has one:",
        command: "openclaw doctor --generate-gateway-token",
        asksSecret: false,
      };
    case "AUTH_RATE_LIMITED":
      return {
        kind: "locked",
        title: "Too many wrong secrets",
        text: `The gateway lets nobody from here try again for ${waitOf(error.retryAfterMs)}.`,
        asksSecret: true,
      };
    case "CONTROL_UI_ORIGIN_NOT_ALLOWED":
      return wrongOrigin(typeof details.origin === "string" ? details.origin : origin);
    case "CONTROL_UI_DEVICE_IDENTITY_REQUIRED":
      return insecureContext(origin);
    case "PAIRING_REQUIRED":
      return pairing(error.message, details.requestId);
    case "PROTOCOL_MISMATCH":
      return {
        kind: "reload",
        title: "The gateway was updated",
        text: "This page belongs to another version of it. Load it again.",
        asksSecret: false,
      };
    case "AUTH_IDENTITY_HEADER_REQUIRED":
    case "AUTH_UNAUTHORIZED":
      return {
        kind: "other",
        title: "Sign in at the proxy first",
        text: "This gateway knows people by what the proxy in front of it says, and the proxy said nothing it accepts. Open this page through the proxy's own sign-in.",
        asksSecret: false,
      };
    case undefined:
    default:
      return {
        kind: "other",
        title: "The gateway refused this page",
        text: error.message,
        command: "openclaw gateway status",
        asksSecret: true,
      };
  }
}

/** The page has no way to make a key: it was not loaded over a connection that a browser trusts. */
export function insecureContext(origin: string): Refusal {
  const { port, hostname } = new URL(origin);
  const number = port === "" ? "80" : port;
  return {
    kind: "insecure",
    title: "This address is not secure enough",
    text:
      `A browser only makes keys for pages that come over https or from its own machine, and ${origin} is neither. ` +
      `Use https (gateway.tls, Tailscale Serve), or tunnel from here and open http://127.0.0.1:${number}/ :`,
    command: `ssh -N -L ${number}:127.0.0.1:${number} ${hostname}`,
    asksSecret: false,
  };
}

/** The browser is too old for the keys of the protocol. */
export function outdatedBrowser(): Refusal {
  return {
    kind: "other",
    title: "This browser is too old",
    text: "It knows no Ed25519 keys. Chrome 137, Firefox 130 and Safari 17 and later do.",
    asksSecret: false,
  };
}

function signIn(isPassword: boolean): Refusal {
  return {
    kind: "sign-in",
    title: "Sign in",
    text: isPassword
      ? "This gateway is protected by a password."
      : "Paste the gateway's token, or open this page signed in. On the gateway's machine:",
    ...(isPassword ? {} : { command: "openclaw dashboard" }),
    asksSecret: true,
  };
}

function wrongOrigin(origin: string): Refusal {
  return {
    kind: "origin",
    title: "The gateway takes no pages from here",
    text: `Pages from ${origin} are not in gateway.controlUi.allowedOrigins. Add it to that list on the gateway's machine; for a list of its own:`,
    command: `openclaw config set gateway.controlUi.allowedOrigins '${JSON.stringify([origin])}'`,
    asksSecret: false,
  };
}

function pairing(message: string, requestId: unknown): Refusal {
  const known = typeof requestId === "string" && requestId !== "" ? requestId : undefined;
  return {
    kind: "pairing",
    title: "This browser waits for approval",
    text: `${sentence(message)} Approve it on the gateway's machine, or in a browser that is signed in; this page goes on by itself.`,
    command: known === undefined ? "openclaw devices list" : `openclaw devices approve ${known}`,
    asksSecret: false,
    ...(known !== undefined && { requestId: known }),
  };
}

/** `pairing required: device is not approved yet` as a sentence of its own. */
function sentence(message: string): string {
  const text = message.replace(/^pairing required:\s*/i, "").replace(/\s*\(.*$/, "");
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function waitOf(ms: number | undefined): string {
  if (ms === undefined) return "a while";
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
