"""A host for integration plugins: components of the contract `erp:integration`."""

from .connection import Connection
from .contract.errors import PluginError
from .contract.storage import StorageError
from .errors import HostError, IntegrationError, PluginCrashed, PluginRefused
from .host import Host
from .limits import Limits
from .plugin import Plugin
from .registration import Registration

__all__ = [
    "Connection",
    "Host",
    "HostError",
    "IntegrationError",
    "Limits",
    "Plugin",
    "PluginCrashed",
    "PluginError",
    "PluginRefused",
    "Registration",
    "StorageError",
]
