import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import { isInsideUrl } from "../../../lib/egress/index.ts";
import { isUnread, type ProviderConfig } from "./provider-config.ts";

/** True for a model on this machine or in a private network: it may want no key, and may have to be loaded first. */
export function isOwnServer({ baseUrl }: Pick<EngineModel<Api>, "baseUrl">): boolean {
  return URL.canParse(baseUrl) && isInsideUrl(new URL(baseUrl));
}

/** True when a model may be asked without a key: its server is one's own, and no key was named that cannot be read. */
export function isOpenServer(model: Pick<EngineModel<Api>, "baseUrl">, provider?: ProviderConfig): boolean {
  return isOwnServer(model) && !isUnread(provider?.apiKey);
}
