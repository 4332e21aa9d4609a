"""Widgets that know no noun of the registry."""
