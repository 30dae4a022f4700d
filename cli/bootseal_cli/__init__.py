"""The `bootseal` command: what people type on a laptop and what a VM runs at boot."""
