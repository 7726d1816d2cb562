"""HTTP under the host's policy."""
