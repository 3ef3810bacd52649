import { type Clock, inTime } from "../../../lib/clock.ts";
import { isRecord } from "../../../lib/records.ts";
import { readJson } from "../body.ts";
import { HOOK_BODY_TIMEOUT_MS, MAX_HOOK_BODY_BYTES } from "./limits.ts";
import { HookRefusal, invalid } from "./refusal.ts";

/** What a hook sent. @throws HookRefusal when it is too long, too slow, or no JSON object */
export async function bodyOf(request: Request, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const body = await inTime(clock, HOOK_BODY_TIMEOUT_MS, readJson(request, MAX_HOOK_BODY_BYTES), undefined);
  if (!body) throw new HookRefusal(408, "the body did not arrive in time");
  if (!body.ok) throw new HookRefusal(body.response.status, body.message);
  if (!isRecord(body.value)) throw invalid("a JSON object is expected");
  return body.value;
}

/** Text of a member, without blanks around it; undefined when there is none. @throws HookRefusal for another type */
export function wordOf(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(`${key} must be text`);
  const text = value.trim();
  return text === "" ? undefined : text;
}
