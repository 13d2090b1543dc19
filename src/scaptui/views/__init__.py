"""What to show, as plain data and text. Nothing here draws on a terminal."""
