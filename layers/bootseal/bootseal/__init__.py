"""Bootseal: write-only secrets for cloud-agent VMs, put into the environment at boot.

The package is the same in a Lambda layer, in tests and in the command line. Reading order: `names`, `model`,
`sealing`, `signing`, then `services` (what the product does) and `adapters` (how it talks to AWS).
"""

__version__ = "0.1.0"
