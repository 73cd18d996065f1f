"""What stands between agent frameworks and their tools. Each adapter is a module of its own, and imports its framework when it is imported."""
