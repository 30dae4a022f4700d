"""A fleet of VMs that boots, as a discrete-event simulation under the published quotas of AWS."""
