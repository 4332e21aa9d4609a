"""Rules and plain frozen values; the standard library only."""
