import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";

/** A provider this program knows without being told. */
export interface KnownProvider {
  readonly id: string;
  /** As people write it. */
  readonly name: string;
  /** Variables that hold its key, the first one first. */
  readonly env: readonly string[];
  /** Asked for when nothing else is chosen. */
  readonly defaultModel?: string;
  /** Its models, loaded when first asked for. */
  readonly models?: () => Promise<readonly EngineModel<Api>[]>;
  /** Where it is, for one without a list of models here. */
  readonly endpoint?: { readonly api: Api; readonly baseUrl: string };
  /** Has a login in a browser. */
  readonly oauth?: true;
  /** Signs requests in by itself when one of these variables is set. */
  readonly ambient?: readonly string[];
  /** Variables its address is made with; without them it cannot be reached. */
  readonly needs?: readonly string[];
  /** Header that carries the session, for routing on the provider's side. */
  readonly sessionHeader?: string;
  /** Older or other names of the same provider. */
  readonly aliases?: readonly string[];
}
