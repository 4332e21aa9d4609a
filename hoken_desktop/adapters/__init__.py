"""Files, keys, address data and clocks: everything outside that is neither SQL nor Qt."""
