// What the deployment tells the console about its issuer.

export interface Config {
  /** As tokens carry it. */
  issuer: string;
  /** Where its discovery document is, if not under the issuer itself. */
  discovery: string | null;
  client_id: string;
  authorization_endpoint: string | null;
  token_endpoint: string | null;
  end_session_endpoint: string | null;
  scopes: string;
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("config.json", { cache: "no-store", credentials: "omit" }).catch(() => {
    throw new Error("The service cannot be reached. Check your connection and try again.");
  });
  if (!response.ok) throw new Error(`The console's configuration could not be read (${response.status}).`);
  const config = (await response.json()) as Config;
  if (!config.issuer || !config.client_id)
    throw new Error(
      "Sign-in is not set up: the deployment names no OIDC issuer or client id for the console.",
    );
  return config;
}
