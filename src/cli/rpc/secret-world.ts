import type { Session } from "../session.ts";

/** What secret providers may touch on behalf of a command of this session. */
export async function secretWorld(session: Session) {
  const [{ FileSecretStore }, { runProgram }] = await Promise.all([
    import("../../secrets/index.ts"),
    import("../../lib/spawn/index.ts"),
  ]);
  const { env, paths } = session;
  return {
    owner: env.system,
    home: paths.home,
    store: new FileSecretStore(paths.secretStorePath, env.system),
    run: runProgram,
  };
}
