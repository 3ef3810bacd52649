/** Variables that make a program load or run foreign code. */
const CODE_LOADING =
  /^(?:LD_|DYLD_|NODE_OPTIONS$|NODE_PATH$|BUN_|PYTHON(?:PATH|STARTUP|HOME)$|PERL5?(?:LIB|OPT)$|RUBY(?:LIB|OPT)$|BASH_ENV$|BASH_FUNC_|ENV$|SHELLOPTS$|BASHOPTS$|PS4$|IFS$|PROMPT_COMMAND$|ZDOTDIR$|GIT_(?:SSH|EXEC_PATH|CONFIG|EXTERNAL_DIFF|PAGER|EDITOR)|JAVA_TOOL_OPTIONS$|_JAVA_OPTIONS$)/i;

/** Variables that are, or by their name might be, a secret of the gateway. */
const SECRET =
  /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_|API_?KEYS?(?:_|$)|(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|PAT|DSN)S?(?:_\d+)?$|SECRET|PASSWORD/i;

/**
 * Values that hold a password: `scheme://user:password@host`, the same without its scheme, and for the web and its
 * proxies also `scheme://token@host`; elsewhere (`ssh://user@host`) a name alone is none.
 */
const URL_WITH_PASSWORD =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/\s@:]*:[^/\s@]*@|^(?:https?|socks[a-z0-9]*):\/\/[^/\s@]+@/i;

/** True for a variable that makes programs load or run code of the setter's choosing. */
export function loadsCode(name: string): boolean {
  return CODE_LOADING.test(name);
}

/** True for a variable whose name says that it may hold a secret. */
export function namesSecret(name: string): boolean {
  return SECRET.test(name);
}

/** The environment for a child: the named variables of `source`, without those that load code. */
export function childEnv(
  source: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    if (value !== undefined && !loadsCode(name)) env[name] = value;
  }
  return env;
}

/**
 * The environment for a command that others write: variables whose name is listed (`*` at the end stands for anything),
 * and of those none that loads code or may hold a secret, by its name or as a URL with a password in it.
 */
export function openEnv(
  source: Readonly<Record<string, string>>,
  patterns: readonly string[],
): Record<string, string> {
  const exact = new Set(patterns);
  const prefixes = patterns.flatMap((one) => (one.endsWith("*") ? [one.slice(0, -1)] : []));
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    const listed = exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
    const harmless = !loadsCode(name) && !namesSecret(name) && !URL_WITH_PASSWORD.test(value);
    if (listed && harmless) env[name] = value;
  }
  return env;
}
