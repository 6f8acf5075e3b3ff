"""The command line: one thin module a command, loaded when it is used."""

__all__: list[str] = []
