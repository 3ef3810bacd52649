import type { SecretRef } from "../../../config/index.ts";
import type { TargetType } from "./targets.ts";

/** A checked target: a place that gets a reference. */
export interface PlanTarget {
  readonly type: TargetType;
  /** The path as the plan writes it. */
  readonly path: string;
  readonly steps: readonly string[];
  readonly ref: SecretRef;
  /** Provider of a stored credential that is made by this. */
  readonly authProfileProvider?: string;
}

/** A checked plan. */
export interface Plan {
  readonly targets: readonly PlanTarget[];
  readonly providerUpserts: Readonly<Record<string, unknown>>;
  readonly providerDeletes: readonly string[];
  readonly scrubEnv: boolean;
  readonly scrubAuthProfiles: boolean;
}

/** A target as plans are written. */
export interface WrittenTarget {
  readonly type: string;
  readonly path: string;
  readonly pathSegments: readonly string[];
  readonly providerId?: string;
  readonly accountId?: string;
  readonly agentId?: string;
  readonly authProfileProvider?: string;
  readonly ref: SecretRef;
}

/** A plan as it is written. */
export interface WrittenPlan {
  readonly version: 1;
  readonly protocolVersion: 1;
  readonly generatedBy: string;
  readonly generatedAt: string;
  readonly providerUpserts?: Readonly<Record<string, unknown>>;
  readonly providerDeletes?: readonly string[];
  readonly targets: readonly WrittenTarget[];
  readonly options: {
    readonly scrubEnv: boolean;
    readonly scrubAuthProfilesForProviderTargets: boolean;
    readonly scrubLegacyAuthJson: false;
  };
}

/** True when carrying the plan out would run programs of the person's choice. */
export function runsPrograms({ targets, providerUpserts }: Plan): boolean {
  return (
    targets.some(({ ref }) => ref.source === "exec") ||
    Object.values(providerUpserts).some(
      (entry) => typeof entry === "object" && entry !== null && "source" in entry && entry.source === "exec",
    )
  );
}
