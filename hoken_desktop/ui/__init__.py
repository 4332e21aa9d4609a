"""The window: Qt, and nothing that could not be said without it."""
