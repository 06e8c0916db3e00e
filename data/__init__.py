"""Pictures that ship with the package, read as ``sample:NAME``; SOURCES.md gives their origin and licence."""
