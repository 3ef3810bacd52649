import type { Button, Target } from "./outbound-message.ts";

/** A model to choose. */
export interface ModelChoice {
  readonly provider: string;
  /** Within the provider. */
  readonly id: string;
  readonly name?: string;
}

/** What of the models is offered: that one may look at them, their providers, or those of one. */
export type ModelMenu = {
  readonly models: readonly ModelChoice[];
  /** The one in use. */
  readonly current: Pick<ModelChoice, "provider" | "id">;
} & (
  | { readonly kind: "invitation" | "providers" }
  | { readonly kind: "models"; readonly provider: string; readonly page: number }
);

/** What a press in a menu asks for. */
export type ModelMenuPress =
  | { readonly kind: "providers" }
  | { readonly kind: "models"; readonly provider: string; readonly page: number }
  | { readonly kind: "model"; readonly provider: string; readonly id: string };

/** How a channel shows menus of models, as buttons below a message. Pure. */
export interface ModelMenus {
  buttons(menu: ModelMenu): readonly (readonly Button[])[];
  /** Whether a press says what presses in such menus say. */
  owns(data: string): boolean;
  /** What it asks for; undefined for a model or provider that is gone. */
  read(data: string, models: readonly ModelChoice[]): ModelMenuPress | undefined;
  /** The message with the menu, as `OutboundMessage.replaces` takes it; undefined when it cannot be one. */
  message(target: Target, messageId: string): unknown;
}
