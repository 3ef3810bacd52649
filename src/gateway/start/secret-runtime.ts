import { isSensitivePath, type OpenClawConfig, secretTexts } from "../../config/index.ts";
import type { SecretRegistry } from "../../lib/redact.ts";
import type { SecretResolver, SecretsInput, SecretsSnapshot, StoredSecrets } from "../../secrets/index.ts";
import type { RuntimeConfig } from "../runtime-config.ts";

/** The running configuration: an accepted one with its secret references resolved. */
export class SecretRuntime implements RuntimeConfig {
  private input: SecretsInput<OpenClawConfig> | undefined;

  constructor(
    private readonly resolver: SecretResolver<OpenClawConfig>,
    private readonly registry: SecretRegistry,
    private readonly stored: StoredSecrets,
  ) {}

  get current(): OpenClawConfig {
    return this.resolver.current.config;
  }

  get accepted(): OpenClawConfig {
    return this.inForce.config;
  }

  private get inForce(): SecretsInput<OpenClawConfig> {
    if (this.input === undefined) throw new Error("no configuration was accepted yet");
    return this.input;
  }

  get degraded(): RuntimeConfig["degraded"] {
    return [...this.resolver.current.degraded, ...this.stored.degraded];
  }

  async accept(
    input: SecretsInput<OpenClawConfig>,
    check?: (resolved: OpenClawConfig) => void,
  ): Promise<{ warningCount: number }> {
    const snapshot = await this.resolver.activate(input, check && (({ config }) => check(config)));
    this.input = input;
    return this.registered(snapshot);
  }

  get revision(): unknown {
    return this.resolver.current;
  }

  async readStored(references: Parameters<RuntimeConfig["readStored"]>[0]): Promise<(string | undefined)[]> {
    const { config, variables } = this.inForce;
    return this.stored.read(references, { config, variables });
  }

  async resolve({ config, variables }: SecretsInput<OpenClawConfig>): Promise<OpenClawConfig> {
    return (await this.resolver.resolveAll({ config, variables })).config;
  }

  async reload(): Promise<{ warningCount: number }> {
    return this.registered(await this.resolver.reload());
  }

  async resolveFor(
    _commandName: string,
    targetIds: readonly string[],
    allowedPaths?: readonly string[],
  ): ReturnType<RuntimeConfig["resolveFor"]> {
    return this.resolver.assignmentsFor(targetIds, allowedPaths);
  }

  /** From now on no output shows these values, nor what stands in the configuration in plain text. */
  private registered({ config, values, warnings }: SecretsSnapshot<OpenClawConfig>): {
    warningCount: number;
  } {
    for (const value of values.values()) this.registry.add(value);
    for (const text of secretTexts(config, isSensitivePath)) if (!isOrdinary(text)) this.registry.add(text);
    return { warningCount: warnings.length };
  }
}

/** Every header may hold a secret; most hold a word, a type, the name of a program or an address, which must stay readable. */
function isOrdinary(text: string): boolean {
  return /^(?:[a-z]+|[a-z-]+\/[\w.+-]+|https?:\/\/[^@\s]*)$/i.test(text);
}
