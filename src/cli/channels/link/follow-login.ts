import type { GatewayClient } from "../../../client/index.ts";
import type { ResultOf, webLogin } from "../../../protocol/index.ts";
import type { CodeScreen } from "./code-screen.ts";

/** How long one request waits for news; the next one follows at once. */
const NEWS_PATIENCE_MS = 60_000;

/** How much longer the answer may take than the gateway waits. */
const GRACE_MS = 10_000;

/** How long the first code may take: the gateway connects to the platform first. */
const FIRST_CODE_MS = 45_000;

/** Where a login stands. */
export type LoginProgress = ResultOf<typeof webLogin.webLoginStart>;

export interface LoginWish {
  readonly channel: string;
  readonly accountId?: string;
  readonly force: boolean;
  readonly verbose: boolean;
}

export interface LoginWatch {
  readonly screen: CodeScreen;
  /** Hears each step once, in words. */
  readonly told: (message: string) => void;
  /** A person gives up. */
  readonly signal: AbortSignal;
}

/** Follows a login to its end; a person who gives up ends it. @throws GatewayRequestError, GatewayTransportError */
export async function followLogin(
  client: GatewayClient,
  { accountId, ...wish }: LoginWish,
  { screen, told, signal }: LoginWatch,
): Promise<LoginProgress> {
  let progress = await client.request<typeof webLogin.webLoginStart>(
    "web.login.start",
    { ...wish, ...(accountId !== undefined && { accountId }), timeoutMs: FIRST_CODE_MS },
    { timeoutMs: FIRST_CODE_MS + GRACE_MS },
  );
  const { sessionKey, channel } = progress;
  const which = {
    channel,
    accountId: progress.accountId,
    ...(sessionKey !== undefined && { sessionKey }),
  };
  const giveUp = () => void client.call("web.login.cancel", which).catch(() => undefined);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    let said = "";
    while (progress.outcome === undefined && progress.connected !== true) {
      if (progress.message !== said) told(progress.message);
      said = progress.message;
      await draw(screen, progress);
      const { qrDataUrl } = progress;
      progress = await client.request<typeof webLogin.webLoginWait>(
        "web.login.wait",
        {
          ...which,
          ...(qrDataUrl !== undefined && { currentQrDataUrl: qrDataUrl }),
          timeoutMs: NEWS_PATIENCE_MS,
        },
        { timeoutMs: NEWS_PATIENCE_MS + GRACE_MS },
      );
    }
    return progress;
  } finally {
    signal.removeEventListener("abort", giveUp);
    screen.clear();
  }
}

async function draw(
  screen: CodeScreen,
  { qrText, qrExpiresAtMs, expiresAtMs }: LoginProgress,
): Promise<void> {
  if (qrText === undefined) screen.clear();
  else await screen.show({ text: qrText, expiresAt: qrExpiresAtMs, until: expiresAtMs });
}
