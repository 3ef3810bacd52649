import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Fence } from "../parts/fence.tsx";
import { decodeEntities } from "./entities.ts";
import { safeLink } from "./safe-link.ts";

/** Longer texts are shown as they are: reading them would hold up the page. */
const MAX_READ_CHARS = 200_000;

/** Deeper nesting than any person writes; what is below it is shown as text. */
const MAX_DEPTH = 40;

/** A message as people wrote it: Markdown drawn as elements, never by way of HTML. */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => read(text), [text]);
  const plain = <pre>{text}</pre>;
  return (
    <div class="markdown">
      {tokens === undefined ? plain : <Fence instead={plain}>{blocks(tokens, 0)}</Fence>}
    </div>
  );
}

function read(text: string): Token[] | undefined {
  if (text.length > MAX_READ_CHARS) return undefined;
  try {
    return new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch {
    // Nested beyond what the reader takes.
    return undefined;
  }
}

function blocks(tokens: readonly Token[] | undefined, depth: number): ComponentChildren {
  return (tokens ?? []).map((token, index) => <Drawn key={index} token={token} depth={depth} />);
}

function Drawn({ token, depth }: { readonly token: Token; readonly depth: number }): JSX.Element | null {
  if (depth > MAX_DEPTH) return <>{token.raw}</>;
  const known = token as MarkedToken;
  const inside = (tokens: readonly Token[] | undefined): ComponentChildren => blocks(tokens, depth + 1);
  switch (known.type) {
    case "paragraph":
      return <p>{inside(known.tokens)}</p>;
    case "heading":
      return <Heading depth={known.depth}>{inside(known.tokens)}</Heading>;
    case "text":
      return "tokens" in known && known.tokens !== undefined ? (
        <>{inside(known.tokens)}</>
      ) : (
        <>{decodeEntities(known.text)}</>
      );
    case "strong":
      return <strong>{inside(known.tokens)}</strong>;
    case "em":
      return <em>{inside(known.tokens)}</em>;
    case "del":
      return <del>{inside(known.tokens)}</del>;
    case "codespan":
      return <code>{known.text}</code>;
    case "code":
      return <CodeBlock text={known.text} language={known.lang} />;
    case "blockquote":
      return <blockquote>{inside(known.tokens)}</blockquote>;
    case "list":
      return <List list={known} depth={depth + 1} />;
    case "table":
      return <Table table={known} depth={depth + 1} />;
    case "hr":
      return <hr />;
    case "br":
      return <br />;
    case "link":
      return <Link href={known.href}>{inside(known.tokens)}</Link>;
    case "image":
      // Loading it would tell its host that it was read.
      return <Link href={known.href}>{`🖼 ${decodeEntities(known.text) || known.href}`}</Link>;
    case "escape":
      return <>{decodeEntities(known.text)}</>;
    case "space":
    case "def":
      return null;
    case "html":
    default:
      return <>{token.raw}</>;
  }
}

function Heading({ depth, children }: { readonly depth: number; readonly children: ComponentChildren }) {
  // The page's own headings are above those of messages.
  const Tag = depth <= 1 ? "h3" : depth === 2 ? "h4" : depth === 3 ? "h5" : "h6";
  return <Tag>{children}</Tag>;
}

function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const safe = safeLink(decodeEntities(href));
  if (safe === undefined) return <span title={href}>{children}</span>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function CodeBlock({ text, language }: { readonly text: string; readonly language: string | undefined }) {
  const name = (language ?? "").split(/\s/)[0] ?? "";
  return (
    <figure class="code-block">
      <figcaption>
        <span>{name}</span>
        {isSecureContext && (
          <button type="button" class="quiet" onClick={() => void navigator.clipboard.writeText(text)}>
            Copy
          </button>
        )}
      </figcaption>
      {/* Long lines are read with the keyboard as well. */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

function List({ list, depth }: { readonly list: Tokens.List; readonly depth: number }) {
  const items = list.items.map((item, index) => (
    <li key={index}>
      {item.task && <input type="checkbox" checked={item.checked === true} disabled aria-label="Done" />}
      {blocks(
        item.tokens.filter(({ type }) => type !== "checkbox"),
        depth,
      )}
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table, depth }: { readonly table: Tokens.Table; readonly depth: number }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index} class={cell.align ?? undefined}>
                {blocks(cell.tokens, depth)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={cell.align ?? undefined}>
                  {blocks(cell.tokens, depth)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
