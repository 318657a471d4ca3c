"""What may happen next to a case: stages, decisions, remedies, letters. Pure."""
