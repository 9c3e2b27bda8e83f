"""The parts of super-resolution: methods, tiles, and files that a page can show piece by piece."""
