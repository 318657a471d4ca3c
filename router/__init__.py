"""Where an inbound message goes and what it sets in motion. Pure: facts in, a decision out."""
