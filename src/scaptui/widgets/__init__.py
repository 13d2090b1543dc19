"""Drawing: widgets that put the lines of models on the screen, one a file."""
