import { existsSync } from "node:fs";

/** A package of Debian and Ubuntu, and where its program is, which other systems may have in another place. */
interface NeededProgram {
  readonly package: string;
  readonly anyOf: readonly string[];
}

/** What tests need beside what every Linux has. */
const PROGRAMS: readonly NeededProgram[] = [
  { package: "systemd", anyOf: ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"] },
  { package: "dbus", anyOf: ["/usr/bin/dbus-daemon"] },
  { package: "util-linux", anyOf: ["/usr/bin/nsenter", "/bin/nsenter"] },
  { package: "chromium", anyOf: ["/usr/bin/chromium"] },
];

/**
 * Installs what the tests need of this machine (a systemd of their own for those of Linux services, a browser), where it is
 * missing and this may be done: as root, with apt-get. Returns what there is to say; tests that lack something fail and name it.
 */
export async function prepareTestMachine(
  programs: readonly NeededProgram[] = PROGRAMS,
): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  const missing = programs.filter(({ anyOf }) => !anyOf.some((path) => existsSync(path)));
  if (missing.length === 0) return [];
  const names = missing.map((one) => one.package).join(" ");
  const root = process.getuid?.() === 0;
  if (!root || Bun.which("apt-get") === null)
    return [`Tests of services and browsers will fail: install ${names}`];
  const install = `apt-get update -q && apt-get install -qy --no-install-recommends ${names}`;
  const child = Bun.spawn(["sh", "-c", install], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code === 0) return [`Installed for the tests: ${names}`];
  return [`Tests of services and browsers will fail: ${names} could not be installed`, stderr.trim()];
}
