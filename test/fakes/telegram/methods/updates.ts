import { badRequest, conflict } from "../errors.ts";
import { Webhook } from "../state/webhook.ts";
import type { Method, MethodContext } from "./method.ts";

/** Longest long poll. */
const MAX_POLL_S = 50;
const MAX_SECRET = 256;

function allow({ bot, params }: MethodContext): void {
  const types = params.list("allowed_updates", "String");
  if (types) bot.queue.allow(types.map(String));
}

const getUpdates: Method = async (context) => {
  const { bot, params } = context;
  if (bot.webhook) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  allow(context);
  return bot.queue.get({
    offset: params.integer("offset", 0),
    limit: params.integer("limit", 100, 1, 100),
    timeoutMs: params.integer("timeout", 0, 0, MAX_POLL_S) * 1000,
  });
};

const setWebhook: Method = (context) => {
  const { bot, params, world, webhookRetryMs } = context;
  const url = params.text("url");
  if (url === undefined) return deleteWebhook(context);
  if (!URL.canParse(url)) throw badRequest("invalid webhook URL specified");
  const secret = params.text("secret_token");
  if (secret !== undefined && secret.length > MAX_SECRET) throw badRequest("secret token is too long");
  if (secret !== undefined && !/^[A-Za-z0-9_-]+$/.test(secret)) {
    throw badRequest("secret token contains unallowed characters");
  }
  allow(context);
  bot.webhook?.stop();
  bot.queue.abort("setWebhook request");
  if (params.flag("drop_pending_updates")) bot.queue.drop();
  bot.webhook = new Webhook(
    {
      url,
      maxConnections: params.integer("max_connections", 40, 1, 100),
      retryMs: webhookRetryMs,
      ...(secret === undefined ? {} : { secret }),
    },
    bot.queue,
    world.changed,
  );
  return true;
};

const deleteWebhook: Method = ({ bot, params }) => {
  bot.webhook?.stop();
  bot.webhook = undefined;
  if (params.flag("drop_pending_updates")) bot.queue.drop();
  return true;
};

const getWebhookInfo: Method = ({ bot }) => {
  const { webhook, queue } = bot;
  const allowed = queue.allowed ? { allowed_updates: queue.allowed } : {};
  const pending = { has_custom_certificate: false, pending_update_count: queue.pending.length, ...allowed };
  if (!webhook) return { url: "", ...pending };
  const { lastError, options } = webhook;
  return {
    url: options.url,
    ...pending,
    max_connections: options.maxConnections,
    ip_address: "127.0.0.1",
    ...(lastError
      ? { last_error_date: Math.floor(lastError.at / 1000), last_error_message: lastError.message }
      : {}),
  };
};

/** Methods by which a bot is told what happened. */
export const updateMethods: Readonly<Record<string, Method>> = {
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
};
