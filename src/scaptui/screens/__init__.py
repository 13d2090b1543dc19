"""Screens: they place widgets, bind keys and join models to widgets."""
