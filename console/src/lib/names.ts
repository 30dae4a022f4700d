// The naming rules of the API, for notices while typing. The server checks again; its word is final.
import reserved from "./reserved.json";

export const NAME_RULE = "1 to 128 characters: A-Z a-z 0-9 _ . - and not starting with a digit, dot or dash";
export const SLUG_RULE = "1 to 63 characters: a-z 0-9 and dashes inside";

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const isName = (name: string): boolean => NAME.test(name) && !name.endsWith("\n");

export const isSlug = (slug: string): boolean => SLUG.test(slug) && !slug.endsWith("\n");

/** The variable a secret becomes, or null where the name breaks the rule. */
export function envName(name: string): string | null {
  return isName(name) ? name.toUpperCase().replace(/[.-]/g, "_") : null;
}

/** Why a variable may not be set from a secret, or null where it may. */
export function reservedReason(variable: string): string | null {
  const group = reserved.find(({ patterns }) => patterns.some((pattern) => matches(pattern, variable)));
  return group ? group.reason : null;
}

// A pattern is exact or has one `*` at an end: no regular expression is built from data.
function matches(pattern: string, variable: string): boolean {
  if (pattern.endsWith("*")) return variable.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith("*")) return variable.endsWith(pattern.slice(1));
  return pattern === variable;
}

export type Scope = string;

/** Whether text is one of the three kinds of scope the API knows. */
export function isScope(scope: string): boolean {
  if (scope === "private" || scope === "shared") return true;
  return scope.startsWith("project:") && isSlug(scope.slice("project:".length));
}

export const projectOf = (scope: Scope): string | null =>
  scope.startsWith("project:") ? scope.slice("project:".length) : null;

const RANK: Record<string, number> = { private: 0, shared: 2 };

/** Strength at boot: lower wins. Private beats project, project beats shared. */
export const precedence = (scope: Scope): number => RANK[scope] ?? 1;

export function scopeLabel(scope: Scope): string {
  if (scope === "private") return "Private";
  if (scope === "shared") return "Shared";
  return projectOf(scope) ?? scope;
}
