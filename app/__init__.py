"""How it is put together: settings, wiring, web application, command line, demo."""
