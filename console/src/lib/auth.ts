// Sign-in: OIDC authorization code with PKCE. Tokens live in this module's memory and nowhere else.
import * as oauth from "oauth4webapi";
import type { Config } from "./config";

/** What must survive the trip to the issuer. It opens nothing without the code, and is removed on return. */
interface Flow {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  silent: boolean;
}

interface Session {
  access: string;
  refresh: string | null;
  expiresAt: number;
}

export interface Identity {
  /** A name to show, from the ID token; null where the issuer gives none. */
  name: string | null;
}

export type Arrival =
  { kind: "signed-in"; returnTo: string } | { kind: "none" } | { kind: "failed"; message: string };

const FLOW_KEY = "bootseal.flow";
const RESUME_KEY = "bootseal.resume";
const RENEW_BEFORE_MS = 60_000;

export class Auth {
  #session: Session | null = null;
  #identity: Identity = { name: null };
  #server: oauth.AuthorizationServer | null = null;
  #renewing: Promise<boolean> | null = null;

  constructor(
    readonly config: Config,
    private readonly onEnded: () => void,
  ) {}

  get signedIn(): boolean {
    return this.#session !== null;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Whether this tab was signed in before it was reloaded, so that signing in again may need no form. */
  get mayResume(): boolean {
    return sessionStorage.getItem(RESUME_KEY) !== null;
  }

  /** Leave for the issuer's page. `silent` asks it not to show a form, where it says it can do that. */
  async leave(returnTo: string, silent = false): Promise<void> {
    const server = await this.#discover();
    const prompts = server.prompt_values_supported;
    const flow: Flow = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
      returnTo,
      silent,
    };
    const url = await this.#authorizeUrl(server, flow);
    if (silent && Array.isArray(prompts) && prompts.includes("none")) url.searchParams.set("prompt", "none");
    sessionStorage.setItem(FLOW_KEY, JSON.stringify(flow));
    sessionStorage.removeItem(RESUME_KEY);
    location.assign(url);
  }

  /** Take up what the issuer sent back, if this load is a return from it; the address is cleaned first. */
  async arrive(): Promise<Arrival> {
    const here = new URL(location.href);
    if (!here.searchParams.has("state")) return { kind: "none" };
    const flow = takeFlow();
    history.replaceState(null, "", here.pathname);
    if (!flow) return { kind: "failed", message: "This sign-in was started elsewhere. Sign in again." };
    try {
      await this.#redeem(here, flow);
    } catch (error) {
      return flow.silent ? { kind: "none" } : { kind: "failed", message: reason(error) };
    }
    return { kind: "signed-in", returnTo: flow.returnTo };
  }

  async token(): Promise<string | null> {
    if (this.#session && this.#session.expiresAt - Date.now() < RENEW_BEFORE_MS) await this.renew();
    return this.#session?.access ?? null;
  }

  /** Get a fresh token with the refresh token, once for all who ask at the same time. */
  async renew(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  ended = (): void => {
    this.#session = null;
    this.onEnded();
  };

  /** Forget everything, and tell the issuer where it has a page for that. No token is put in the address. */
  async signOut(): Promise<void> {
    this.#session = null;
    sessionStorage.removeItem(RESUME_KEY);
    const server = await this.#discover().catch(() => null);
    if (!server?.end_session_endpoint) {
      location.replace(redirectUri());
      return;
    }
    const url = new URL(server.end_session_endpoint);
    url.searchParams.set("client_id", this.config.client_id);
    url.searchParams.set("logout_uri", redirectUri());
    url.searchParams.set("post_logout_redirect_uri", redirectUri());
    location.assign(url);
  }

  async #discover(): Promise<oauth.AuthorizationServer> {
    this.#server ??= named(this.config) ?? (await discovered(this.config));
    return this.#server;
  }

  async #authorizeUrl(server: oauth.AuthorizationServer, flow: Flow): Promise<URL> {
    if (!server.authorization_endpoint) throw new Error("The issuer names no sign-in page.");
    const url = new URL(server.authorization_endpoint);
    const fields = {
      client_id: this.config.client_id,
      redirect_uri: redirectUri(),
      response_type: "code",
      scope: this.config.scopes,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: "S256",
    };
    for (const [key, value] of Object.entries(fields)) url.searchParams.set(key, value);
    return url;
  }

  async #redeem(here: URL, flow: Flow): Promise<void> {
    const server = await this.#discover();
    const client: oauth.Client = { client_id: this.config.client_id };
    const params = oauth.validateAuthResponse(server, client, here, flow.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      params,
      redirectUri(),
      flow.verifier,
      options(server),
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: flow.nonce,
      requireIdToken: true,
    });
    this.#keep(result);
    this.#identity = { name: shownName(oauth.getValidatedIdTokenClaims(result)) };
  }

  async #renew(): Promise<boolean> {
    const refresh = this.#session?.refresh;
    if (!refresh) return false;
    try {
      const server = await this.#discover();
      const client: oauth.Client = { client_id: this.config.client_id };
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        refresh,
        options(server),
      );
      this.#keep(await oauth.processRefreshTokenResponse(server, client, response), refresh);
      return true;
    } catch {
      return false;
    }
  }

  #keep(result: oauth.TokenEndpointResponse, oldRefresh: string | null = null): void {
    this.#session = {
      access: result.access_token,
      refresh: result.refresh_token ?? oldRefresh,
      expiresAt: Date.now() + (result.expires_in ?? 300) * 1000,
    };
    // Only the fact that someone was signed in; it lets a reload ask the issuer again.
    sessionStorage.setItem(RESUME_KEY, "1");
  }
}

/** The console's own address, without query or fragment: what the issuer has on its list. */
const redirectUri = (): string => new URL(".", location.href.split(/[?#]/, 1)[0]).href;

function named(config: Config): oauth.AuthorizationServer | null {
  if (!config.authorization_endpoint || !config.token_endpoint) return null;
  return {
    issuer: config.issuer,
    authorization_endpoint: config.authorization_endpoint,
    token_endpoint: config.token_endpoint,
    ...(config.end_session_endpoint ? { end_session_endpoint: config.end_session_endpoint } : {}),
  };
}

async function discovered(config: Config): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(config.issuer);
  const place = new URL(config.discovery ?? config.issuer);
  const response = await oauth.discoveryRequest(place, insecureIfLocal(place)).catch((error: unknown) => {
    throw new Error(reason(error));
  });
  return oauth.processDiscoveryResponse(issuer, response);
}

// The library marks this option so that it stands out; here it is for the local stack alone.
const INSECURE = oauth.allowInsecureRequests; // eslint-disable-line @typescript-eslint/no-deprecated

interface RequestOptions {
  [INSECURE]?: boolean;
}

const options = (server: oauth.AuthorizationServer): RequestOptions =>
  insecureIfLocal(new URL(server.token_endpoint ?? server.issuer));

/** Plain HTTP never leaves this machine. */
function insecureIfLocal(url: URL): RequestOptions {
  return ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) ? { [INSECURE]: true } : {};
}

function takeFlow(): Flow | null {
  const text = sessionStorage.getItem(FLOW_KEY);
  sessionStorage.removeItem(FLOW_KEY);
  return text === null ? null : (JSON.parse(text) as Flow);
}

function shownName(claims: oauth.IDToken | undefined): string | null {
  const found = ["name", "preferred_username", "cognito:username", "email"].map((key) => claims?.[key]);
  return found.find((name): name is string => typeof name === "string" && name !== "") ?? null;
}

function reason(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError)
    return `The issuer refused: ${error.error_description ?? error.error}`;
  if (error instanceof oauth.ResponseBodyError) return `The issuer refused the sign-in: ${error.error}`;
  // What `fetch` throws when there is no answer at all.
  if (error instanceof TypeError && !("code" in error))
    return "The issuer cannot be reached. Check your connection and try again.";
  return "The issuer's answer could not be verified. Sign in again.";
}
