/**
 * The engine's code. Loaded with `import()` when the first turn begins: a gateway nobody has spoken to does without its
 * memory.
 */
export { runAgentLoopContinue } from "@earendil-works/pi-agent-core";
export { createAssistantMessageEventStream } from "@earendil-works/pi-ai";
export { normalizeContext } from "@earendil-works/pi-ai";
export { estimateContextTokens } from "@earendil-works/pi-ai/utils/estimate";

// From the first turn on, code is compiled for speed as early as usual: each turn then costs a fifth less. Until then the
// gateway is reluctant, to stay small (see src/gateway/start/run.ts); elsewhere this changes nothing.
Bun.unsafe.setJITPolicy(1);
