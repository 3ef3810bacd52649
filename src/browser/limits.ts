/** Profiles that can be made; the ports there are for them end at a hundred. */
export const MAX_CREATED_PROFILES = 50;
