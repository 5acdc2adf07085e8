"""The composition root: wires the plugins, no logic."""

pytest_plugins = ["reports.plugin", "rigs.plugin"]
