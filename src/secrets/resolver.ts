import { formatPath, isObject, type IsSensitive, sameValue, setOwn, valueAt } from "../config/index.ts";
import type { Logger } from "../lib/logger.ts";
import { collectSecrets, type SecretSite } from "./collect.ts";
import { SecretFailure, StrictSecretError } from "./errors.ts";
import { askProvider, providerEntry, type ProviderWorld, type SecretAnswer } from "./providers.ts";
import { refKey, type SecretRef } from "./ref.ts";

/** A part of the gateway that runs without, or with an old, secret. Holds no secret and no id of one. */
export interface DegradedOwner {
  readonly owner: string;
  /** `cold`: it has no secret. `stale`: it keeps the one from before. */
  readonly state: "cold" | "stale";
  readonly paths: readonly string[];
  readonly reason: string;
}

export interface SecretWarning {
  readonly code: "SECRETS_DEGRADED" | "SECRETS_REF_IGNORED_INACTIVE_SURFACE";
  readonly path: string;
  readonly message: string;
}

/** Every secret of a config at one moment. Immutable; request paths read nothing else. */
export interface SecretsSnapshot<Config> {
  /** The config with each reference replaced by its value; what is degraded `cold` still holds the reference. */
  readonly config: Config;
  /** Values by dotted path. */
  readonly values: ReadonlyMap<string, string>;
  readonly degraded: readonly DegradedOwner[];
  readonly warnings: readonly SecretWarning[];
  /** Dotted paths of references that nothing needs at present. */
  readonly inactive: readonly string[];
}

/** What a config looks like to the resolver. */
export interface SecretsInput<Config> {
  readonly config: Config;
  /** Variables for `env` references and for programs. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface SecretResolverDeps extends ProviderWorld {
  readonly sensitive: IsSensitive;
  readonly logger: Logger;
}

/** The part of `secrets.resolve` that a command asks for. */
export interface SecretAssignments {
  readonly ok: true;
  readonly assignments: readonly { path: string; pathSegments: string[]; value: string }[];
  readonly diagnostics: readonly string[];
  readonly inactiveRefPaths: readonly string[];
}

interface Resolved<Config> {
  readonly input: SecretsInput<Config>;
  readonly snapshot: SecretsSnapshot<Config>;
}

/**
 * Resolves the secret references of a config. Everything is resolved before anything is swapped; a failure of the
 * gateway's own credential swaps nothing, any other one degrades the part that needs it.
 */
export class SecretResolver<Config> {
  readonly #deps: SecretResolverDeps;
  #active: Resolved<Config> | undefined;

  constructor(deps: SecretResolverDeps) {
    this.#deps = deps;
  }

  /** The snapshot in force. Throws before the first `activate`. */
  get current(): SecretsSnapshot<Config> {
    if (this.#active === undefined) throw new Error("the secrets were not resolved yet");
    return this.#active.snapshot;
  }

  /** Resolves everything without putting it in force. Throws `StrictSecretError`. */
  async resolveAll(input: SecretsInput<Config>): Promise<SecretsSnapshot<Config>> {
    const sites = collectSecrets(input.config, this.#deps.sensitive);
    const answers = await this.#ask(sites, input);
    const values = new Map<string, string>();
    const failed: { site: SecretSite; failure: SecretFailure; stale: boolean }[] = [];
    for (const site of sites.filter((candidate) => candidate.active)) {
      const path = formatPath(site.path);
      const answer = answers.get(path) ?? new SecretFailure("FAILED", "no answer");
      if (typeof answer === "string") {
        values.set(path, answer);
        continue;
      }
      if (site.strict) throw new StrictSecretError(path, answer);
      const old = answer.code === "PLACEHOLDER" ? undefined : this.#oldValue(site, input);
      if (old !== undefined) values.set(path, old);
      failed.push({ site, failure: answer, stale: old !== undefined });
    }
    const inactive = sites.filter((site) => !site.active).map((site) => formatPath(site.path));
    return {
      config: fill(input.config, sites, values),
      values,
      degraded: degradedOwners(failed),
      warnings: [...failed.map(degradedWarning), ...inactive.map(inactiveWarning)],
      inactive,
    };
  }

  /**
   * Resolves everything and puts it in force, unless `check` throws at the result. Throws `StrictSecretError` and what
   * `check` threw; the old snapshot stays in force then.
   */
  async activate(
    input: SecretsInput<Config>,
    check?: (snapshot: SecretsSnapshot<Config>) => void,
  ): Promise<SecretsSnapshot<Config>> {
    const snapshot = await this.resolveAll(input);
    check?.(snapshot);
    const before = this.#active?.snapshot.degraded.length ?? 0;
    this.#active = { input, snapshot };
    const { logger } = this.#deps;
    for (const { owner, state, reason, paths } of snapshot.degraded) {
      const retry = "openclaw secrets reload";
      logger.warn(`SECRETS_DEGRADED ${owner} is ${state}: ${reason}`, {
        code: "SECRETS_DEGRADED",
        owner,
        state,
        paths,
        retry,
      });
    }
    if (before > 0 && snapshot.degraded.length === 0) {
      logger.info("SECRETS_RELOADER_RECOVERED", { code: "SECRETS_RELOADER_RECOVERED" });
    }
    return snapshot;
  }

  /** Resolves the config in force again. */
  reload(): Promise<SecretsSnapshot<Config>> {
    if (this.#active === undefined) throw new Error("the secrets were not resolved yet");
    return this.activate(this.#active.input);
  }

  /**
   * The values a command needs. A target is a dotted path in which `*` stands for any one key. Throws `SecretFailure`
   * `INVALID_REF` for a target that is no path.
   */
  assignmentsFor(targets: readonly string[], allowedPaths?: readonly string[]): SecretAssignments {
    const snapshot = this.current;
    const wanted = targets.map(targetPattern);
    const matches = (path: string) =>
      wanted.some((pattern) => pattern.test(path)) &&
      (allowedPaths === undefined || allowedPaths.includes(path));
    const sites = collectSecrets(this.#active?.input.config, this.#deps.sensitive).filter((site) =>
      matches(formatPath(site.path)),
    );
    const assignments = sites.flatMap((site) => {
      const path = formatPath(site.path);
      const value = snapshot.values.get(path);
      return value === undefined ? [] : [{ path, pathSegments: site.path.map(String), value }];
    });
    const cold = sites.filter((site) => site.active && !snapshot.values.has(formatPath(site.path)));
    return {
      ok: true,
      assignments,
      diagnostics: cold.map((site) => `${formatPath(site.path)}: configured but unavailable`),
      inactiveRefPaths: snapshot.inactive.filter(matches),
    };
  }

  /** Asks each provider once for everything it holds. */
  async #ask(
    sites: readonly SecretSite[],
    input: SecretsInput<Config>,
  ): Promise<ReadonlyMap<string, SecretAnswer>> {
    const answers = new Map<string, SecretAnswer>();
    const groups = new Map<string, { path: string; ref: SecretRef }[]>();
    for (const site of sites) {
      const path = formatPath(site.path);
      if (site.ref instanceof SecretFailure) answers.set(path, site.ref);
      else if (site.active) {
        const key = `${site.ref.source}:${site.ref.provider}`;
        const group = groups.get(key) ?? [];
        groups.set(key, group);
        group.push({ path, ref: site.ref });
      }
    }
    const secrets = valueAt(input.config, ["secrets"]);
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const refs = group.map((item) => item.ref);
        const given = await askProvider(refs, secrets, input.variables, this.#deps);
        group.forEach(({ path }, index) =>
          answers.set(path, given[index] ?? new SecretFailure("FAILED", "no answer")),
        );
      }),
    );
    return answers;
  }

  /** The value from before, if the reference, its provider and what surrounds it are what they were. */
  #oldValue(site: SecretSite, input: SecretsInput<Config>): string | undefined {
    const active = this.#active;
    if (active === undefined || site.ref instanceof SecretFailure) return undefined;
    const before = collectSecrets(active.input.config, this.#deps.sensitive).find((other) =>
      sameValue(other.path, site.path),
    );
    if (before === undefined || before.ref instanceof SecretFailure) return undefined;
    const provider = (config: unknown, ref: SecretRef) => {
      try {
        return providerEntry(ref, valueAt(config, ["secrets"]));
      } catch {
        // A provider that is not set up equals only another one that is not.
        return undefined;
      }
    };
    const same =
      refKey(before.ref) === refKey(site.ref) &&
      sameValue(provider(active.input.config, before.ref), provider(input.config, site.ref)) &&
      sameValue(ownerContract(active.input.config, site), ownerContract(input.config, site));
    return same ? active.snapshot.values.get(formatPath(site.path)) : undefined;
  }
}

/** Everything else the owner is configured with: an old secret is not sent to a new address. */
function ownerContract(config: unknown, site: SecretSite): unknown {
  const depth = site.owner.split(".").length;
  return valueAt(config, site.path.slice(0, Math.min(depth, site.path.length - 1)));
}

/** A copy of the config with values in the places of references. */
function fill<Config>(
  config: Config,
  sites: readonly SecretSite[],
  values: ReadonlyMap<string, string>,
): Config {
  if (sites.length === 0) return config;
  const filled = structuredClone(config);
  for (const site of sites) {
    const value = values.get(formatPath(site.path));
    // A shorthand that stays unresolved becomes its reference: its text must never pass for the secret itself.
    const stand = value ?? (site.ref instanceof SecretFailure ? undefined : { ...site.ref });
    const parent = valueAt(filled, site.path.slice(0, -1));
    const key = site.path.at(-1);
    if (stand === undefined || key === undefined) continue;
    if (Array.isArray(parent)) parent[Number(key)] = stand;
    else if (isObject(parent)) setOwn(parent, String(key), stand);
  }
  return filled;
}

function degradedOwners(
  failed: readonly { site: SecretSite; failure: SecretFailure; stale: boolean }[],
): DegradedOwner[] {
  const owners = new Map<string, DegradedOwner>();
  for (const { site, failure, stale } of failed) {
    const path = formatPath(site.path);
    const known = owners.get(site.owner);
    owners.set(site.owner, {
      owner: site.owner,
      state: stale && known?.state !== "cold" ? "stale" : "cold",
      paths: [...(known?.paths ?? []), path],
      reason: known?.reason ?? reasonOf(failure),
    });
  }
  return [...owners.values()];
}

/** The kind of failure alone: its message may name ids, which do not belong into `status`. */
function reasonOf(failure: SecretFailure): string {
  return `secret unavailable (${failure.code})`;
}

function degradedWarning(item: { site: SecretSite; failure: SecretFailure; stale: boolean }): SecretWarning {
  const path = formatPath(item.site.path);
  const state = item.stale ? "keeps the value from before" : "is unavailable";
  return { code: "SECRETS_DEGRADED", path, message: `${item.site.owner} ${state}: ${item.failure.message}` };
}

function inactiveWarning(path: string): SecretWarning {
  return {
    code: "SECRETS_REF_IGNORED_INACTIVE_SURFACE",
    path,
    message: `${path} refers to a secret that nothing uses at present; it was not resolved`,
  };
}

function targetPattern(target: string): RegExp {
  if (!/^[A-Za-z0-9_*.[\]"'-]+$/.test(target)) {
    throw new SecretFailure("INVALID_REF", `unknown target id "${target}"`);
  }
  const parts = target
    .split(".")
    .map((part) => (part === "*" ? "[^.]+" : part.replaceAll(/[[\]"'.-]/g, "\\$&")));
  return new RegExp(`^${parts.join("\\.")}$`);
}
