export { expiredTimer, lastResetHour, type ResetPolicy, resetPolicyOf, type ResetRule } from "./reset.ts";
export { chatTypeOf, maySend } from "./send.ts";
