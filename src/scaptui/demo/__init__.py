"""The bundled capture, and the story it tells."""
