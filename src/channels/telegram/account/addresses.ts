import { PUBLIC_API_ROOT } from "../client/api-root.ts";
import type { TelegramSettings } from "../render/index.ts";

/** Defaults of the listener for webhooks. */
export const WEBHOOK_PATH = "/telegram-webhook";
export const WEBHOOK_HOST = "127.0.0.1";
export const WEBHOOK_PORT = 8787;

/** Where the listener says that it lives. */
export const HEALTH_PATH = "/healthz";

/** The Bot API server of an account, without a slash at its end; undefined when `apiRoot` is no address. */
export function apiRootOf({ apiRoot }: Pick<TelegramSettings, "apiRoot">): string | undefined {
  const text = apiRoot?.trim() ?? "";
  if (text === "") return PUBLIC_API_ROOT;
  // Often the whole address of a bot is pasted.
  const root = text
    .replace(/\/+$/, "")
    .replace(/\/bot\d+:[^/]*$/, "")
    .replace(/\/+$/, "");
  return URL.canParse(root) && /^https?:$/.test(new URL(root).protocol) ? root : undefined;
}

/** How updates come in. */
export function receivesBy(settings: TelegramSettings): "polling" | "webhook" {
  return (settings.webhookUrl?.trim() ?? "") === "" ? "polling" : "webhook";
}

/** What is wrong with the addresses of an account; undefined when nothing is. */
export function addressProblem(settings: TelegramSettings): string | undefined {
  if (apiRootOf(settings) === undefined) {
    return `its apiRoot is not an http(s) address; unset it for ${PUBLIC_API_ROOT}`;
  }
  const proxy = settings.proxy?.trim() ?? "";
  if (proxy !== "" && !(URL.canParse(proxy) && /^(?:https?|socks5h?):$/.test(new URL(proxy).protocol))) {
    return "its proxy is not an http://, https:// or socks5:// address";
  }
  return receivesBy(settings) === "webhook" ? webhookProblem(settings) : undefined;
}

function webhookProblem(settings: TelegramSettings): string | undefined {
  const url = settings.webhookUrl?.trim() ?? "";
  // A Bot API server of one's own also calls addresses without a certificate.
  const isOwnServer = apiRootOf(settings) !== PUBLIC_API_ROOT;
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol !== "https:" && !(isOwnServer && protocol === "http:")) {
    return "its webhookUrl is not an https:// address";
  }
  const { webhookSecret } = settings;
  if (typeof webhookSecret === "object") {
    return "its webhookSecret is a reference to a secret that could not be read: openclaw secrets audit";
  }
  const secret = webhookSecret?.trim() ?? "";
  // Without it anybody who finds the address could write in everybody's name.
  if (secret === "")
    return "it has a webhookUrl and no webhookSecret, so nobody could tell Telegram from others";
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(secret)) {
    return "its webhookSecret has other characters than A-Z, a-z, 0-9, _ and -, which Telegram does not take";
  }
  const path = settings.webhookPath ?? WEBHOOK_PATH;
  if (!path.startsWith("/")) return "its webhookPath does not begin with /";
  return path === HEALTH_PATH
    ? `its webhookPath is ${HEALTH_PATH}, which tells that the listener lives`
    : undefined;
}
