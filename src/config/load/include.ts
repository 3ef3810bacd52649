import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { dirname, isAbsolute, normalize, resolve, sep } from "node:path";
import { type ConfigPath, getOwn, isList, isObject, type JsonObject, setOwn } from "../document/index.ts";
import type { EnvSystem } from "../env.ts";
import { MAX_CONFIG_FILE_BYTES, MAX_INCLUDE_DEPTH, MAX_INCLUDE_PATH_CHARS } from "../limits.ts";

/** Why an `$include` cannot be followed. `path` is where in the config the directive stands. */
export class IncludeError extends Error {
  readonly path: ConfigPath;
  /** The file whose directive or text is at fault. */
  readonly file: string;
  /** The text of `file` when it is no JSON5. */
  readonly badText: string | undefined;

  constructor(message: string, path: ConfigPath, file: string, cause?: unknown, badText?: string) {
    super(message, { cause });
    this.name = "IncludeError";
    this.path = path;
    this.file = file;
    this.badText = badText;
  }
}

/** One `$include` as it was met. */
export interface IncludeSite {
  /** Where the object with the directive stands in the whole config. */
  readonly path: ConfigPath;
  /** The file that holds the directive. */
  readonly from: string;
  /** The files it names, resolved. */
  readonly files: readonly string[];
  /** False for a list of files. */
  readonly single: boolean;
  /** True when keys beside the directive override what is included. */
  readonly siblings: boolean;
}

/** A file that took part, with the text that was read. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Included {
  /** The config with every include put in place. */
  readonly value: unknown;
  readonly sites: readonly IncludeSite[];
  /** Every included file once, in the order met; the config file itself is not among them. */
  readonly files: readonly SourceFile[];
}

export interface IncludeOptions {
  /** The config file; its folder is the boundary. */
  readonly configPath: string;
  /** Folders outside it that may be read from. */
  readonly roots: readonly string[];
  /** Texts that stand in for files. */
  readonly overrides?: ReadonlyMap<string, string>;
}

const DIRECTIVE = "$include";

/** Puts every `$include` of `parsed` in place. Throws `IncludeError`. */
export function resolveIncludes(parsed: unknown, options: IncludeOptions): Included {
  const walk = new IncludeWalk(options);
  const value = walk.process(parsed, options.configPath, [], [normalize(options.configPath)]);
  return { value, sites: walk.sites, files: [...walk.files].map(([path, text]) => ({ path, text })) };
}

/** Deep merge of included files: objects merge, lists are joined, anything else is replaced. */
function mergeIncluded(base: unknown, over: unknown): unknown {
  if (isList(base) && isList(over)) return [...base, ...over];
  if (!isObject(base) || !isObject(over)) return over;
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    setOwn(merged, key, Object.hasOwn(merged, key) ? mergeIncluded(getOwn(merged, key), value) : value);
  }
  return merged;
}

class IncludeWalk {
  readonly sites: IncludeSite[] = [];
  readonly files = new Map<string, string>();
  private readonly rootDir: string;
  private readonly realRoots: readonly string[];

  constructor(private readonly options: IncludeOptions) {
    this.rootDir = dirname(normalize(options.configPath));
    this.realRoots = [this.rootDir, ...options.roots].map(realOrSame);
  }

  process(value: unknown, file: string, path: ConfigPath, chain: readonly string[]): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.process(item, file, [...path, index], chain));
    }
    if (!isObject(value)) return value;
    const rest: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (key !== DIRECTIVE) setOwn(rest, key, this.process(item, file, [...path, key], chain));
    }
    if (!Object.hasOwn(value, DIRECTIVE)) return rest;
    const siblings = Object.keys(rest).length > 0;
    const included = this.include(value[DIRECTIVE], { file, path, chain, siblings });
    if (!siblings) return included;
    if (!isObject(included)) {
      throw new IncludeError("Sibling keys require included content to be an object", path, file);
    }
    return mergeIncluded(included, rest);
  }

  private include(
    directive: unknown,
    at: { file: string; path: ConfigPath; chain: readonly string[]; siblings: boolean },
  ): unknown {
    const { file, path, chain, siblings } = at;
    const single = typeof directive === "string";
    if (!single && !Array.isArray(directive)) {
      const got = directive === null ? "null" : typeof directive;
      throw new IncludeError(
        `Invalid $include value: expected string or array of strings, got ${got}`,
        path,
        file,
      );
    }
    const names: unknown[] = single ? [directive] : directive;
    const site = { path, from: file, single, siblings };
    const files: string[] = [];
    this.sites.push({ ...site, files });
    let merged: unknown = {};
    names.forEach((name, index) => {
      if (typeof name !== "string") {
        throw new IncludeError(
          `Invalid $include array item: expected string, got ${typeof name}`,
          path,
          file,
        );
      }
      const value = this.load(name, files, { file, path, chain });
      merged = index === 0 ? value : mergeIncluded(merged, value);
    });
    return merged;
  }

  private load(
    name: string,
    into: string[],
    at: { file: string; path: ConfigPath; chain: readonly string[] },
  ): unknown {
    const { file, path, chain } = at;
    const target = this.locate(name, file, path);
    if (chain.includes(target)) {
      throw new IncludeError(`Circular include detected: ${[...chain, target].join(" -> ")}`, path, file);
    }
    if (chain.length > MAX_INCLUDE_DEPTH) {
      throw new IncludeError(`Maximum include depth (${MAX_INCLUDE_DEPTH}) exceeded at: ${name}`, path, file);
    }
    const text = this.read(name, target, file, path);
    let value: unknown;
    try {
      value = Bun.JSON5.parse(text);
    } catch (cause) {
      const reason = `Failed to parse include file: ${name} (resolved: ${target})`;
      throw new IncludeError(reason, path, target, cause, text);
    }
    this.files.set(target, text);
    into.push(target);
    return this.process(value, target, path, [...chain, target]);
  }

  /** The resolved path, proven to lie inside the boundary by its letters and by the file system. */
  private locate(name: string, file: string, path: ConfigPath): string {
    if (name.includes("\0")) throw new IncludeError("Include path must not contain null bytes", path, file);
    const target = isAbsolute(name) ? normalize(name) : resolve(dirname(file), name);
    if (name.length >= MAX_INCLUDE_PATH_CHARS || target.length >= MAX_INCLUDE_PATH_CHARS) {
      throw new IncludeError(
        `Include path exceeds maximum length (${MAX_INCLUDE_PATH_CHARS} characters)`,
        path,
        file,
      );
    }
    if (![this.rootDir, ...this.options.roots].some((root) => isInside(target, root))) {
      throw new IncludeError(
        `Include path escapes config directory: ${name} (root: ${this.rootDir})`,
        path,
        file,
      );
    }
    return target;
  }

  private read(name: string, target: string, file: string, path: ConfigPath): string {
    const failed = (cause: unknown) =>
      new IncludeError(`Failed to read include file: ${name} (resolved: ${target})`, path, file, cause);
    const override = this.options.overrides?.get(target);
    if (override !== undefined) return override;
    let real: string;
    try {
      real = realpathSync(target);
    } catch (cause) {
      throw failed(cause);
    }
    if (!this.realRoots.some((root) => isInside(real, root))) {
      throw new IncludeError(
        `Include path resolves outside config directory (symlink): ${name} (root: ${this.rootDir})`,
        path,
        file,
      );
    }
    try {
      return readRegularFile(real, MAX_CONFIG_FILE_BYTES);
    } catch (cause) {
      throw failed(cause);
    }
  }
}

/** Reads a whole regular file without following a last symlink and without waiting on a pipe. */
export function readRegularFile(path: string, maxBytes: number): string {
  return readBounded(path, maxBytes, constants.O_NOFOLLOW ?? 0);
}

/** Reads the config file; it may be a symlink (reading one is fine, writing through one is not). */
export function readConfigFile(path: string, maxBytes: number): string {
  return readBounded(path, maxBytes, 0);
}

/**
 * Reads a whole regular file of secrets: closed to group and others and owned by `uid`, where the platform has such
 * rights. @throws Error that says what is wrong with it
 */
export function readPrivateFile(
  path: string,
  maxBytes: number,
  { platform, uid }: Pick<EnvSystem, "platform" | "uid">,
): string {
  return readBounded(path, maxBytes, constants.O_NOFOLLOW ?? 0, (stat) => {
    if (platform === "win32") return;
    if (stat.uid !== uid) throw new Error(`${path} must be owned by the user who runs the gateway`);
    if ((stat.mode & 0o077) !== 0) {
      throw new Error(`${path} must be closed to group and others: chmod 600 ${path}`);
    }
  });
}

function readBounded(path: string, maxBytes: number, flags: number, check?: (stat: Stats) => void): string {
  const fd = openSync(path, constants.O_RDONLY | flags | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    check?.(stat);
    if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
    if (stat.size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`);
    // A byte that is no UTF-8 must not be replaced silently: the next write would destroy it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(fd));
  } finally {
    closeSync(fd);
  }
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
