"""What the product does, one module a capability. Pure decisions over the ports; no AWS here."""
