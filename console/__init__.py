"""What staff, operators and tenants see: pages and forms."""
