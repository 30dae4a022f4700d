// What can go wrong in a call, as one type the screens show.

export interface FieldProblem {
  field: string;
  message: string;
}

/** An error answer (RFC 9457) or no answer at all (`status` 0, `code` "offline"). */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly fields: readonly FieldProblem[] = [],
    readonly retryAfter: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(detail);
  }

  /** The message for one field, if that field is at fault. */
  field(name: string): string | undefined {
    return this.fields.find(({ field }) => field === name)?.message;
  }
}

export const offline = (): ApiError =>
  new ApiError(
    0,
    "offline",
    "The service cannot be reached",
    "Check your connection. Nothing was changed unless the list shows it.",
  );

const text = (value: unknown, otherwise: string): string =>
  typeof value === "string" && value !== "" ? value : otherwise;

function fieldsOf(errors: unknown): FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((item: unknown) => {
    const { field, message } = (item ?? {}) as Record<string, unknown>;
    return typeof field === "string" && typeof message === "string" ? [{ field, message }] : [];
  });
}

const TITLES: Record<number, string> = {
  401: "Your session has ended",
  403: "You do not have permission for this",
  429: "Too many requests right now",
};

/** Read an error answer of the API, or of a gateway in front of it that speaks something else. */
export async function problemOf(response: Response): Promise<ApiError> {
  const body = await bodyOf(response);
  const retry = Number(response.headers.get("Retry-After"));
  const title = text(body.title, TITLES[response.status] ?? "The service could not do that");
  return new ApiError(
    response.status,
    text(body.code, `http_${response.status}`),
    title,
    text(body.detail, title),
    fieldsOf(body.errors),
    Number.isFinite(retry) && retry > 0 ? retry : null,
    text(body.request_id, response.headers.get("X-Request-Id") ?? "") || null,
  );
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return ((await response.json()) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Any thrown thing as something a screen can show. */
export function asProblem(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : "Reload the page and try again.";
  return new ApiError(-1, "client_error", "Something went wrong in this page", detail);
}

/** Any thrown thing in one line, where there is no room for more. */
export function wordsOf(error: unknown): string {
  const { code, title, message } = asProblem(error);
  return code === "client_error" ? message : `${title}. ${message}`;
}
