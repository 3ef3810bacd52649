import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import { isInsideUrl } from "../../../lib/egress/index.ts";

/** True for a model on this machine or in a private network: it may want no key, and may have to be loaded first. */
export function isOwnServer({ baseUrl }: Pick<EngineModel<Api>, "baseUrl">): boolean {
  return URL.canParse(baseUrl) && isInsideUrl(new URL(baseUrl));
}
