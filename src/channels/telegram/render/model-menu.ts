import type { ModelChoice, ModelMenuPress } from "../../model-menu.ts";
import type { Button } from "../../outbound-message.ts";
import { BUTTON_DATA_MAX_BYTES, MODEL_LABEL_MAX_CHARS, MODELS_PER_PAGE } from "./limits.ts";

/** Press that shows the providers. */
export const PROVIDERS = "mdl_prov";
const BACK = "mdl_back";
const LIST = "mdl_list_";
const MODEL = "mdl_sel_";
/** A model or provider whose name is too long for a button, by what its name hashes to. */
const HASHED_MODEL = "mdl_selh_";
const HASHED_LIST = "mdl_listh_";

/** Providers, two in a row, each with the number of its models. */
export function providerKeyboard(models: readonly ModelChoice[]): readonly (readonly Button[])[] {
  const counts = Map.groupBy(models, (model) => model.provider);
  const buttons = [...counts].map(([provider, own]) => ({
    text: `${provider} (${own.length})`,
    data: listData(provider, 1),
  }));
  return buttons.flatMap((button, at) => (at % 2 === 0 ? [[button, ...buttons.slice(at + 1, at + 2)]] : []));
}

/** One page of a provider's models, the present one marked; a page that is not there is the nearest one that is. */
export function modelKeyboard(
  models: readonly ModelChoice[],
  provider: string,
  page: number,
  current?: Pick<ModelChoice, "provider" | "id">,
): readonly (readonly Button[])[] {
  const own = models.filter((model) => model.provider === provider);
  const pages = Math.max(1, Math.ceil(own.length / MODELS_PER_PAGE));
  const shown = Math.min(Math.max(1, page), pages);
  const rows = own.slice((shown - 1) * MODELS_PER_PAGE, shown * MODELS_PER_PAGE).map((model) => {
    const isCurrent = current?.provider === provider && current.id === model.id;
    return [{ text: `${label(model)}${isCurrent ? " ✓" : ""}`, data: modelData(model) }];
  });
  return [...rows, ...turning(provider, shown, pages), [{ text: "<< Back", data: BACK }]];
}

/** Whether a press is of this menu. */
export function isModelPress(data: string): boolean {
  return (
    data === PROVIDERS ||
    data === BACK ||
    [LIST, HASHED_LIST, MODEL, HASHED_MODEL].some((head) => data.startsWith(head))
  );
}

/** What a press asks for; undefined for presses of other menus, and for a model or provider that is gone. */
export function readModelPress(data: string, models: readonly ModelChoice[]): ModelMenuPress | undefined {
  if (data === PROVIDERS || data === BACK) return { kind: "providers" };
  const [, list = "", page = ""] = /^mdl_listh?_(.+)_([1-9]\d{0,5})$/s.exec(data) ?? [];
  if (list !== "") {
    const wanted = data.startsWith(HASHED_LIST)
      ? (name: string) => hash(name) === list
      : (name: string) => name === list;
    const provider = models.find((model) => wanted(model.provider))?.provider;
    return provider === undefined ? undefined : { kind: "models", provider, page: Number(page) };
  }
  const chosen =
    data.startsWith(MODEL) || data.startsWith(HASHED_MODEL)
      ? models.find((model) => modelData(model) === data)
      : undefined;
  return chosen && { kind: "model", provider: chosen.provider, id: chosen.id };
}

function turning(provider: string, page: number, pages: number): readonly (readonly Button[])[] {
  if (pages === 1) return [];
  const to = (text: string, target: number): Button => ({ text, data: listData(provider, target) });
  return [
    [
      ...(page > 1 ? [to("◀ Prev", page - 1)] : []),
      to(`${page}/${pages}`, page),
      ...(page < pages ? [to("Next ▶", page + 1)] : []),
    ],
  ];
}

function listData(provider: string, page: number): string {
  const data = `${LIST}${provider}_${page}`;
  // Room for pages up to 999,999, so that a menu does not change its way of naming between pages.
  return Buffer.byteLength(`${LIST}${provider}_`) + 6 <= BUTTON_DATA_MAX_BYTES
    ? data
    : `${HASHED_LIST}${hash(provider)}_${page}`;
}

function modelData({ provider, id }: ModelChoice): string {
  const data = `${MODEL}${provider}/${id}`;
  return Buffer.byteLength(data) <= BUTTON_DATA_MAX_BYTES
    ? data
    : `${HASHED_MODEL}${hash(`${provider}/${id}`)}`;
}

function hash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("base64url");
}

/** The end of a long name tells more than its beginning. */
function label({ id, name = id }: ModelChoice): string {
  if (name.length <= MODEL_LABEL_MAX_CHARS) return name;
  const end = name.slice(1 - MODEL_LABEL_MAX_CHARS);
  return `…${end.isWellFormed() ? end : end.slice(1)}`;
}
