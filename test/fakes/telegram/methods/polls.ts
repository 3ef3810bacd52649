import { badRequest } from "../errors.ts";
import { isObject } from "../http/params.ts";
import type { Json } from "../shapes.ts";
import { type Method, namedMessage } from "./method.ts";
import { destination, post } from "./outgoing.ts";

const MAX_QUESTION = 300;
const MAX_OPTION = 100;
const MAX_OPTIONS = 12;

const sendPoll: Method = (context) => {
  const { world, bot, params } = context;
  const { chat, fields } = destination(context);
  const question = params.text("question") ?? "";
  if (question === "") throw badRequest("poll question must be non-empty");
  if (question.length > MAX_QUESTION)
    throw badRequest(`poll question length must not exceed ${MAX_QUESTION}`);
  const options = (params.list("options", "String as options") ?? []).map(optionOf);
  if (options.length < 2) throw badRequest("poll must have at least 2 option");
  if (options.length > MAX_OPTIONS) throw badRequest(`poll can't have more than ${MAX_OPTIONS} options`);
  const openPeriod = params.integer("open_period", 0);
  const poll = {
    id: String(5_000_000_000_000_000 + world.number()),
    question,
    options,
    total_voter_count: 0,
    is_closed: params.flag("is_closed"),
    is_anonymous: params.has("is_anonymous") ? params.flag("is_anonymous") : true,
    type: params.text("type") ?? "regular",
    allows_multiple_answers: params.flag("allows_multiple_answers"),
    ...(openPeriod > 0 ? { open_period: openPeriod } : {}),
  };
  return post(world, bot, chat, { ...fields, poll });
};

function optionOf(option: unknown): Json {
  const text = isObject(option) ? option.text : option;
  if (typeof text !== "string" || text === "") throw badRequest("poll option text must be non-empty");
  if (text.length > MAX_OPTION) throw badRequest(`poll options length must not exceed ${MAX_OPTION}`);
  return { text, voter_count: 0 };
}

const stopPoll: Method = (context) => {
  const { chat, message } = namedMessage(context, "message with poll to stop");
  if (!isObject(message.poll)) throw badRequest("message is not a poll");
  if (message.from?.id !== context.bot.user.id) throw badRequest("poll can't be stopped");
  if (message.poll.is_closed === true) throw badRequest("poll has already been closed");
  const poll = { ...message.poll, is_closed: true };
  context.world.store(chat, { ...message, poll });
  return poll;
};

/** Methods about polls. */
export const pollMethods: Readonly<Record<string, Method>> = { sendPoll, stopPoll };
