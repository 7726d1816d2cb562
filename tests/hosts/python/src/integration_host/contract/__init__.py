"""The contract `erp:integration` in Python: its types and its functions."""
