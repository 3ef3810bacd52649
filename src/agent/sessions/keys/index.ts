export { canonicalKey, InvalidSessionKeyError, keyFrom, type KeyParts, partsOf } from "./canonical.ts";
export { httpSessionKey, type HttpSession, isRefusedOverHttp } from "./http.ts";
export {
  type InboundFacts,
  type KeyRules,
  linkedName,
  mainRest,
  type SessionConfig,
  sessionKeyFor,
} from "./inbound.ts";
export { factsOf, isSynthetic, type KeyFacts, type KeyKind } from "./key-facts.ts";
