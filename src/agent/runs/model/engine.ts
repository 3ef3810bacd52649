/**
 * The engine's code. Loaded with `import()` when the first turn begins: a gateway nobody has spoken to does without its
 * memory.
 */
export { runAgentLoopContinue } from "@earendil-works/pi-agent-core";
export { createAssistantMessageEventStream } from "@earendil-works/pi-ai";
export { normalizeContext } from "@earendil-works/pi-ai";
export { estimateContextTokens } from "@earendil-works/pi-ai/utils/estimate";
