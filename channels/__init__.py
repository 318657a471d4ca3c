"""Who carries messages: one provider a file, knowing neither router nor database."""
