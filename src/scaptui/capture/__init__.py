"""Where events come from: files and standard input."""
