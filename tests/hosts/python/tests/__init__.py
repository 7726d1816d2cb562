"""Tests of the host, with the Fortnox plugin as the one that is loaded."""

import logging

# The company log is checked where it matters; here it would only be noise.
logging.getLogger("integration_host.company").propagate = False
logging.getLogger("integration_host.company").addHandler(logging.NullHandler())
