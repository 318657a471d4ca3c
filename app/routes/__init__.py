"""Addresses of the web application, one question each. Pages are drawn in ``console``; nothing is decided here."""
