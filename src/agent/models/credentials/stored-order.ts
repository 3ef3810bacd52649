import { kvKey, type KvRepository } from "../../../store/index.ts";
import { isObject } from "../json.ts";

/** Ids of credentials by provider, as a person put them in order; it goes before the order of the configuration. */
export type StoredOrder = Readonly<Record<string, readonly string[]>>;

const KEY = kvKey<StoredOrder>("models.authOrder", (value) => {
  if (!isObject(value)) throw new TypeError("the stored order of credentials is not an object");
  return Object.fromEntries(
    Object.entries(value).map(([provider, ids]) => [provider, Array.isArray(ids) ? ids.map(String) : []]),
  );
});

/** @throws StoreError */
export async function storedOrder(kv: KvRepository): Promise<StoredOrder> {
  return (await kv.get(KEY)) ?? {};
}

/** Sets the order of one provider, or forgets it. @throws StoreError */
export async function storeOrder(
  kv: KvRepository,
  provider: string,
  profileIds: readonly string[] | undefined,
): Promise<void> {
  const { [provider]: _, ...others } = await storedOrder(kv);
  await kv.set(KEY, profileIds === undefined ? others : { ...others, [provider]: profileIds });
}
