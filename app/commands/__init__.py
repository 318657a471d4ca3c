"""The command line's commands, one a file, imported only when called (``app.main``)."""
