"""What can go wrong besides what the plugin itself says. No text holds a secret."""


class IntegrationError(Exception):
    """Any failure of a call."""


class PluginRefused(IntegrationError):
    """The file is no plugin that this host can run; nothing of it ran."""


class PluginCrashed(IntegrationError):
    """The plugin broke off: it trapped, or went beyond a limit.

    Its instance is gone. What it stored before is consistent, and the next call
    starts anew.
    """


class HostError(IntegrationError):
    """The host is not set up so that it can do its part."""
