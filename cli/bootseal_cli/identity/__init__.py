"""Who is asking: signing in with any OIDC issuer, and keeping, renewing and forgetting tokens."""
