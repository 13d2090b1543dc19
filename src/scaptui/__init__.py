"""Read, filter and explore system call captures in a terminal."""
