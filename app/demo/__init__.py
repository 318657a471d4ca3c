"""A morning of tenants writing through the real adapters to loopback look-alikes of every provider."""
