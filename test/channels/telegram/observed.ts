import { isRecord } from "../../../src/lib/records.ts";
import observed from "./fixtures/observed-calls.json";

/** One update in, and the calls of the Bot API it led to, as recorded. */
export interface ObservedCase {
  readonly name: string;
  readonly update: Readonly<Record<string, unknown>>;
  readonly calls: readonly { readonly method: string; readonly body: Readonly<Record<string, unknown>> }[];
}

/** The recorded case of that name. */
export function observedCase(name: string): ObservedCase {
  const found: unknown = observed.cases.find((one) => one.name === name);
  if (!isObserved(found)) throw new Error(`no recorded case "${name}"`);
  return found;
}

/** Names of all recorded cases. */
export const OBSERVED_NAMES = observed.cases.map((one) => one.name);

/** The recorded call of that method. */
export function observedCall(name: string, method: string): Readonly<Record<string, unknown>> {
  const call = observedCase(name).calls.find((one) => one.method === method);
  if (call === undefined) throw new Error(`no ${method} in the recorded case "${name}"`);
  return call.body;
}

function isObserved(value: unknown): value is ObservedCase {
  return isRecord(value) && isRecord(value["update"]) && Array.isArray(value["calls"]);
}
