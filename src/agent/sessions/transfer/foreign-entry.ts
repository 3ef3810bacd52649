import {
  readableSessionEntry,
  type SessionActor,
  type SessionEntry,
  type SessionRoute,
} from "../../../store/index.ts";
import { fieldsOf } from "../context/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What others call a state, and what we do. */
const STATUS: Readonly<Record<string, NonNullable<SessionEntry["status"]>>> = {
  done: "done",
  failed: "error",
  killed: "aborted",
  timeout: "timeout",
  // It ran when that gateway was left.
  running: "error",
};

/** A session entry of another OpenClaw in our words; what means nothing here is left out. */
export function entryFrom(foreign: Fields): SessionEntry {
  const { lifecycleRevision: _, status: __, ...named } = foreign;
  const status = typeof foreign["status"] === "string" ? STATUS[foreign["status"]] : undefined;
  const route = routeOf(foreign);
  const createdBy = actorOf(foreign["createdActor"]);
  const cost = foreign["estimatedCostUsd"];
  const fast = foreign["fastMode"];
  return readableSessionEntry({
    ...named,
    ...(foreign["chatType"] === "channel" && { chatType: "room" }),
    ...(typeof fast === "boolean" && { fastMode: fast ? "on" : "off" }),
    ...(status !== undefined && { status }),
    ...(route !== undefined && { lastRoute: route }),
    ...(createdBy !== undefined && { createdBy }),
    ...(typeof cost === "number" && { costTotal: cost }),
    lifecycleRevision: 0,
  });
}

/** Where answers went last, in the newest form or one of the older ones. */
function routeOf(foreign: Fields): SessionRoute | undefined {
  const delivery = fieldsOf(foreign["delivery"]);
  const newest = fieldsOf(delivery?.["route"]);
  const context = fieldsOf(delivery?.["context"]) ?? fieldsOf(foreign["deliveryContext"]) ?? {};
  const target = fieldsOf(newest?.["target"]) ?? {};
  const channel = text(newest?.["channel"]) ?? text(context["channel"]) ?? text(foreign["lastChannel"]);
  if (channel === undefined) return undefined;
  const to = text(target["to"]) ?? text(context["to"]) ?? text(foreign["lastTo"]);
  const accountId =
    text(newest?.["accountId"]) ?? text(context["accountId"]) ?? text(foreign["lastAccountId"]);
  const threadId = text(context["threadId"]) ?? text(foreign["lastThreadId"]);
  return {
    channel,
    ...(to !== undefined && { to }),
    ...(accountId !== undefined && { accountId }),
    ...(threadId !== undefined && { threadId }),
  };
}

function actorOf(value: unknown): SessionActor | undefined {
  const { type, id, label } = fieldsOf(value) ?? {};
  if ((type !== "human" && type !== "agent" && type !== "system") || typeof id !== "string") return undefined;
  return { type, id, ...(typeof label === "string" && { label }) };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
