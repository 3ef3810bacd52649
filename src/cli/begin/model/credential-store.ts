import type { RoomStore } from "../../models/agent.ts";
import { withoutWrites } from "../../models/local.ts";

type Profiles = RoomStore["authProfiles"];
type Profile = Parameters<Profiles["put"]>[0];
type State = Parameters<Profiles["note"]>[0];

/** Credentials that are being tried: they are gone with this process. */
export function credentialStore(): RoomStore {
  const profiles = new Map<string, Profile>();
  const states = new Map<string, State>();
  return {
    ...withoutWrites(),
    authProfiles: {
      list: async (provider) =>
        [...profiles.values()].filter((profile) => provider === undefined || profile.provider === provider),
      get: async (id) => profiles.get(id),
      put: async (profile) => void profiles.set(profile.id, profile),
      remove: async (id) => profiles.delete(id),
      states: async () => [...states.values()],
      note: async (state) => void states.set(state.id, state),
    },
  };
}
