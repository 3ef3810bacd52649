/** The agent part, loaded only by commands that need models. */
export function agentModule() {
  return import("../../agent/index.ts");
}

type AgentModule = Awaited<ReturnType<typeof agentModule>>;

/** The models of a gateway, in this process. */
export type Room = InstanceType<AgentModule["ModelRoom"]>;

export type RoomStore = ConstructorParameters<AgentModule["ModelRoom"]>[0]["store"];

/** What a sign-in flow asks and tells. */
export type AuthInteraction = Parameters<AgentModule["signIn"]>[1];
